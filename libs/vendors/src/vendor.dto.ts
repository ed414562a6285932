import {
  BooleanField,
  CountryField,
  CurrencyField,
  EnumField,
  InstantField,
  IntegerField,
  MoneyField,
  MoneyView,
  ObjectField,
  PageOf,
  PhoneField,
  TextField,
  TimeZoneField,
  UuidField,
} from '@app/http';
import { PartialType } from '@nestjs/swagger';
import { VENDOR_ROLES, type VendorMember, type VendorRole } from './vendor-member.entity.js';
import { VENDOR_STATUSES, type VendorStatus } from './vendor-status.js';
import { PAYOUT_SCHEDULES, type PayoutSchedule, type Vendor } from './vendor.entity.js';

export class RegisterVendor {
  @TextField({ example: 'Andes Walks S.A.C.' })
  businessName: string;

  @PhoneField({ example: '+51 84 555 0100' })
  phone: string;

  @CountryField()
  country: string;

  @TimeZoneField()
  timeZone: string;

  @CurrencyField({ description: 'Proposed for new trips' })
  defaultCurrency: string;

  @TextField({ optional: true, nullable: true, max: 50, example: '20123456789' })
  taxId?: string | null;
}

export class UpdateVendor extends PartialType(RegisterVendor, { skipNullProperties: false }) {
  @EnumField(PAYOUT_SCHEDULES, { optional: true })
  payoutSchedule?: PayoutSchedule;
}

export class PayoutAccountView {
  @TextField({ description: "The vendor's account at the payment gateway", example: 'acct_1' })
  id: string;

  @BooleanField({ description: 'Whether the gateway pays out to it' })
  payoutsEnabled: boolean;
}

export class VendorView {
  @UuidField()
  id: string;

  @TextField({ example: 'Andes Walks S.A.C.' })
  businessName: string;

  @PhoneField({ example: '+51 84 555 0100' })
  phone: string;

  @CountryField()
  country: string;

  @TimeZoneField()
  timeZone: string;

  @CurrencyField()
  defaultCurrency: string;

  @TextField({ nullable: true, example: '20123456789' })
  taxId: string | null;

  @EnumField(VENDOR_STATUSES, { example: 'pending' })
  status: VendorStatus;

  @TextField({ nullable: true, description: 'Why it was rejected or suspended', example: null })
  statusReason: string | null;

  @IntegerField({ description: 'The commission: hundredths of a percent of each booking', example: 2000 })
  commissionBps: number;

  @EnumField(PAYOUT_SCHEDULES, { example: 'weekly' })
  payoutSchedule: PayoutSchedule;

  @MoneyField({ description: 'Smaller balances wait for the next payout' })
  payoutMinimum: MoneyView;

  @ObjectField(() => PayoutAccountView, { nullable: true })
  payoutAccount: PayoutAccountView | null;

  @InstantField()
  createdAt: string;

  @InstantField()
  updatedAt: string;
}

export class VendorPage extends PageOf(VendorView) {}

export function toVendorView(vendor: Vendor): VendorView {
  return {
    id: vendor.id,
    businessName: vendor.businessName,
    phone: vendor.phone,
    country: vendor.country,
    timeZone: vendor.timeZone,
    defaultCurrency: vendor.defaultCurrency,
    taxId: vendor.taxId,
    status: vendor.status,
    statusReason: vendor.statusReason,
    commissionBps: vendor.commissionBps,
    payoutSchedule: vendor.payoutSchedule,
    payoutMinimum: { amount: vendor.payoutMinimum, currency: 'USD' },
    payoutAccount:
      vendor.payoutAccountId === null
        ? null
        : { id: vendor.payoutAccountId, payoutsEnabled: vendor.payoutsEnabled },
    createdAt: vendor.createdAt.toISOString(),
    updatedAt: vendor.updatedAt.toISOString(),
  };
}

export class VendorMemberView {
  @UuidField()
  userId: string;

  @EnumField(VENDOR_ROLES, { example: 'owner' })
  role: VendorRole;

  @InstantField({ description: 'Since when' })
  createdAt: string;
}

export class VendorMemberPage extends PageOf(VendorMemberView) {}

export function toVendorMemberView(member: VendorMember): VendorMemberView {
  return { userId: member.userId, role: member.role, createdAt: member.createdAt.toISOString() };
}
