import {
  CurrencyField,
  EnumField,
  InstantField,
  IntegerField,
  ListField,
  PageOf,
  PageQuery,
  SignedMoneyField,
  SignedMoneyView,
  TextField,
  TimeRangeQuery,
  UuidField,
} from '@app/http';
import { JOURNAL_KINDS, PLATFORM_ACCOUNTS, VENDOR_ACCOUNTS, type JournalKind } from '@app/ledger';
import { IntersectionType } from '@nestjs/swagger';

const ACCOUNTS = [...PLATFORM_ACCOUNTS, ...VENDOR_ACCOUNTS] as const;
type AccountName = (typeof ACCOUNTS)[number];

export class AccountQuery extends PageQuery {
  @UuidField({ optional: true, description: 'The accounts of this vendor' })
  vendorId?: string;

  @CurrencyField({ optional: true })
  currency?: string;

  @EnumField(ACCOUNTS, { optional: true, example: 'vendor:available' })
  name?: AccountName;
}

export class AccountView {
  @UuidField()
  id: string;

  @EnumField(ACCOUNTS, { example: 'gateway:balance' })
  account: AccountName;

  @UuidField({ optional: true, description: 'Whose it is: on the vendors’ accounts' })
  vendorId?: string;

  @CurrencyField()
  currency: string;

  @IntegerField({ description: 'Minor units, signed: debit positive', example: 10_000 })
  balance: number;
}

export class AccountPage extends PageOf(AccountView) {}

export class JournalQuery extends IntersectionType(PageQuery, TimeRangeQuery) {
  @UuidField({ optional: true })
  bookingId?: string;

  @UuidField({ optional: true, description: 'What moved an account of this vendor' })
  vendorId?: string;

  @EnumField(JOURNAL_KINDS, { optional: true, example: 'payment.succeeded' })
  kind?: JournalKind;

  @UuidField({ optional: true, description: 'The payment, refund, booking, payout, dispute or write-off' })
  sourceId?: string;

  @EnumField(ACCOUNTS, { optional: true, example: 'gateway:balance', description: 'What moved this account' })
  account?: AccountName;
}

export class PostingView {
  @EnumField(ACCOUNTS, { example: 'gateway:balance' })
  account: AccountName;

  @UuidField({ optional: true })
  vendorId?: string;

  @SignedMoneyField({ description: 'Debit positive' })
  amount: SignedMoneyView;
}

export class JournalView {
  @UuidField()
  id: string;

  @EnumField(JOURNAL_KINDS, { example: 'payment.succeeded' })
  kind: JournalKind;

  @TextField({ example: 'payment' })
  sourceType: string;

  @UuidField()
  sourceId: string;

  @IntegerField({ description: 'For what may happen to a record again: which time this was', example: 1 })
  occurrence: number;

  @UuidField({ nullable: true })
  bookingId: string | null;

  @InstantField()
  occurredAt: string;

  @ListField(() => PostingView, { maxItems: 20, description: 'They sum to zero in each currency' })
  postings: PostingView[];
}

export class JournalPage extends PageOf(JournalView) {}
