import {
  CurrentUser,
  Forbidden,
  Idempotency,
  IdempotencyKey,
  Idempotent,
  IdParam,
  InvalidRequest,
  Problems,
  ResourceNotFound,
  Roles,
  type Actor,
  type IdempotentRequest,
  type Page,
} from '@app/http';
import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { PayoutRetries } from './paying/payout-retries.service.js';
import { PayoutReversals } from './paying/payout-reversals.service.js';
import {
  AdminPayoutPage,
  AdminPayoutView,
  AllPayoutsQuery,
  ReversePayout,
  toAdminPayoutView,
} from './payout.dto.js';
import {
  PayoutExceedsBalance,
  PayoutNotFailed,
  PayoutNotReversible,
  ReversalRefused,
  VendorNotPayable,
} from './payout.errors.js';
import { Payouts } from './payouts.service.js';
import { PayoutRunView, RunPayouts, toRunView } from './runs/payout-run.dto.js';
import { PayoutRuns } from './runs/payout-runs.service.js';

@ApiTags('admin money')
@ApiBearerAuth()
@Roles('admin')
@Controller('admin/payouts')
export class AdminPayoutsController {
  constructor(
    private readonly payouts: Payouts,
    private readonly runs: PayoutRuns,
    private readonly retries: PayoutRetries,
    private readonly reversals: PayoutReversals,
    private readonly idempotency: Idempotency,
  ) {}

  @Get()
  @ApiOperation({ summary: 'All payouts, newest first' })
  @ApiOkResponse({ type: AdminPayoutPage, description: 'One page of payouts' })
  @Problems(Forbidden, InvalidRequest)
  async list(@Query() query: AllPayoutsQuery): Promise<Page<AdminPayoutView>> {
    const { data, nextCursor } = await this.payouts.list(query);
    return { data: data.map((payout) => toAdminPayoutView(payout)), nextCursor };
  }

  @Post('run')
  @HttpCode(200)
  @Idempotent()
  @ApiOperation({
    summary: 'Pay out what vendors have available',
    description:
      'Each vendor and currency is paid once in a week or month; the schedule does it by itself on Mondays and on the first. What a refund or dispute made negative is netted first.',
  })
  @ApiOkResponse({ type: PayoutRunView, description: 'Who was paid, who was not, and why' })
  @Problems(Forbidden, ResourceNotFound, InvalidRequest)
  async run(
    @CurrentUser() actor: Actor,
    @Body() order: RunPayouts,
    @IdempotencyKey() request?: IdempotentRequest,
  ): Promise<PayoutRunView> {
    const result = await this.idempotency.run(
      request,
      () => this.runs.start(actor.id, order, this.idempotency.recorder(request, 200)),
      (runId) => this.runs.resume(runId),
    );
    return toRunView(result);
  }

  @Post(':id/retry')
  @HttpCode(200)
  @Idempotent()
  @ApiOperation({
    summary: 'Try a failed payout again',
    description: "To the vendor's present account, if his balance still covers it.",
  })
  @ApiOkResponse({ type: AdminPayoutView, description: 'The payout, sent again' })
  @Problems(
    Forbidden,
    ResourceNotFound,
    PayoutNotFailed,
    PayoutExceedsBalance,
    VendorNotPayable,
    InvalidRequest,
  )
  async retry(
    @IdParam() id: string,
    @IdempotencyKey() request?: IdempotentRequest,
  ): Promise<AdminPayoutView> {
    const payout = await this.idempotency.run(
      request,
      () => this.retries.retry(id, this.idempotency.recorder(request, 200)),
      (payoutId) => this.payouts.get(payoutId),
    );
    return toAdminPayoutView(payout);
  }

  @Post(':id/reverse')
  @HttpCode(200)
  @Idempotent()
  @ApiOperation({
    summary: 'Fetch a payout back',
    description:
      'All that is left of it; the vendor has it available again. Still paid: the gateway has not answered yet, and it goes on by itself.',
  })
  @ApiOkResponse({ type: AdminPayoutView, description: 'The payout, reversed' })
  @Problems(Forbidden, ResourceNotFound, PayoutNotReversible, ReversalRefused, InvalidRequest)
  async reverse(
    @IdParam() id: string,
    @Body() { reason }: ReversePayout,
    @IdempotencyKey() request?: IdempotentRequest,
  ): Promise<AdminPayoutView> {
    const payout = await this.idempotency.run(
      request,
      () =>
        this.reversals.reverse(id, reason, (reversalId, tx) =>
          // Known once the gateway has answered: a refusal is not kept.
          this.idempotency.record(request, reversalId, null, tx),
        ),
      (reversalId) => this.payouts.getByReversal(reversalId),
    );
    return toAdminPayoutView(payout);
  }
}
