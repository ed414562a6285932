import {
  BooleanField,
  CurrentUser,
  IdParam,
  InvalidRequest,
  Problems,
  ResourceNotFound,
  TextField,
  Unauthenticated,
  type Actor,
} from '@app/http';
import { Vendors } from '@app/vendors';
import { Controller, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { GatewayUnavailable, PayoutAccountRefused } from '../payment.errors.js';
import { PayoutAccounts } from './payout-accounts.service.js';

export class OpenedAccountView {
  @TextField({ description: "The vendor's account at the payment gateway", example: 'mock_acct_019a8e4c' })
  id: string;

  @BooleanField({ description: 'Whether the gateway pays out to it' })
  payoutsEnabled: boolean;

  @TextField({
    optional: true,
    max: 2000,
    description: 'Where the vendor enters his bank details; absent when nothing is left to enter',
    example: 'https://connect.stripe.com/setup/e/acct_1',
  })
  onboardingUrl?: string;
}

@ApiTags('payouts')
@ApiBearerAuth()
@Controller('vendors')
export class PayoutAccountsController {
  constructor(
    private readonly accounts: PayoutAccounts,
    private readonly vendors: Vendors,
  ) {}

  @Post(':id/payout-account')
  @ApiOperation({
    summary: 'Open the account that payouts go to',
    description:
      'For members of the vendor. Approval opens one too; asking again returns it, with a fresh link while there is something to enter. The mock gateway enables it at once.',
  })
  @ApiCreatedResponse({
    type: OpenedAccountView,
    description: 'The account; the one that is there when there is one',
  })
  @Problems(Unauthenticated, ResourceNotFound, PayoutAccountRefused, InvalidRequest, GatewayUnavailable)
  async open(@CurrentUser() actor: Actor, @IdParam() id: string): Promise<OpenedAccountView> {
    await this.vendors.requireMember(actor, id);
    const { id: accountId, payoutsEnabled, onboardingUrl } = await this.accounts.open(id);
    return { id: accountId, payoutsEnabled, ...(onboardingUrl && { onboardingUrl }) };
  }
}
