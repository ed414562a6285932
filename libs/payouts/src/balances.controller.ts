import { Controller, Get } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  CurrencyField,
  CurrentUser,
  IdParam,
  IntegerField,
  InvalidRequest,
  ListField,
  Problems,
  ResourceNotFound,
  type Actor,
} from '@app/http';
import { Statements, type VendorBalance } from '@app/ledger';
import { Vendors } from '@app/vendors';

class BalanceView implements VendorBalance {
  @CurrencyField()
  currency: string;

  @IntegerField({
    description: 'Minor units: earned by bookings that have not taken place yet',
    example: 8000,
  })
  pending: number;

  @IntegerField({
    description: 'Minor units: to be paid out next; below zero after a clawback',
    example: 8000,
  })
  available: number;

  @IntegerField({ description: 'Minor units: on the way to the bank', example: 0 })
  inTransit: number;

  @IntegerField({ description: 'Minor units: kept back while banks decide on disputes', example: 0 })
  onHold: number;

  @IntegerField({ description: 'Minor units: paid out so far, less what came back', example: 0 })
  paid: number;
}

class BalancesView {
  @ListField(() => BalanceView, {
    maxItems: 200,
    description: 'One for each currency the vendor has sold in',
  })
  data: BalanceView[];
}

@ApiTags('payouts')
@ApiBearerAuth()
@Controller('vendors/:id/balance')
export class BalancesController {
  constructor(
    private readonly vendors: Vendors,
    private readonly statements: Statements,
  ) {}

  @Get()
  @ApiOperation({ summary: 'What a vendor has earned, by currency' })
  @ApiOkResponse({
    type: BalancesView,
    description: 'A balance for each currency that the vendor has earned in',
  })
  @Problems(ResourceNotFound, InvalidRequest)
  async read(@CurrentUser() actor: Actor, @IdParam() id: string): Promise<BalancesView> {
    await this.vendors.requireMember(actor, id);
    return { data: await this.statements.vendorBalances(id) };
  }
}
