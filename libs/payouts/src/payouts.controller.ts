import {
  CurrentUser,
  IdParam,
  InvalidRequest,
  Problems,
  ResourceNotFound,
  type Actor,
  type Page,
} from '@app/http';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  PayoutItemPage,
  PayoutItemQuery,
  PayoutPage,
  PayoutQuery,
  toPayoutItemView,
  toPayoutView,
  type PayoutItemView,
  type PayoutView,
} from './payout.dto.js';
import { Payouts } from './payouts.service.js';

@ApiTags('payouts')
@ApiBearerAuth()
@Controller('vendors/:id')
export class PayoutsController {
  constructor(private readonly payouts: Payouts) {}

  @Get('payouts')
  @ApiOperation({ summary: 'What a vendor was paid, newest first' })
  @ApiOkResponse({ type: PayoutPage, description: 'One page of payouts' })
  @Problems(ResourceNotFound, InvalidRequest)
  async list(
    @CurrentUser() actor: Actor,
    @IdParam() id: string,
    @Query() query: PayoutQuery,
  ): Promise<Page<PayoutView>> {
    const { data, nextCursor } = await this.payouts.listOfVendor(actor, id, query);
    return { data: data.map((payout) => toPayoutView(payout)), nextCursor };
  }

  @Get('payout-items')
  @ApiOperation({
    summary: 'What a vendor was paid for, newest first',
    description:
      'What bookings brought and refunds took since the payout before. The items of a payout add up to it; amounts too small to be transferred wait for the next.',
  })
  @ApiOkResponse({ type: PayoutItemPage, description: 'One page of what payouts were made for' })
  @Problems(ResourceNotFound, InvalidRequest)
  async items(
    @CurrentUser() actor: Actor,
    @IdParam() id: string,
    @Query() query: PayoutItemQuery,
  ): Promise<Page<PayoutItemView>> {
    const { data, nextCursor } = await this.payouts.itemsOfVendor(actor, id, query);
    return { data: data.map((item) => toPayoutItemView(item)), nextCursor };
  }
}
