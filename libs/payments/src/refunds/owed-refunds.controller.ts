import {
  Forbidden,
  Idempotency,
  IdempotencyKey,
  Idempotent,
  IdParam,
  InvalidRequest,
  Problems,
  ResourceNotFound,
  Roles,
  Unauthenticated,
  type IdempotentRequest,
  type Page,
} from '@app/http';
import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { OwedRefunds } from './owed-refunds.service.js';
import { AbandonRefund, RefundPage, RefundsQuery, RefundView, toRefundView } from './refund.dto.js';
import { BookingUndecided, RefundNotFailed } from './refund.errors.js';

@ApiTags('admin money')
@ApiBearerAuth()
@Roles('admin')
@Controller('admin/refunds')
export class OwedRefundsController {
  constructor(
    private readonly owed: OwedRefunds,
    private readonly idempotency: Idempotency,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'Refunds, newest first',
    description: 'With status=failed those that wait for a decision; with retriedAs it has been taken.',
  })
  @ApiOkResponse({ type: RefundPage, description: 'One page of refunds' })
  @Problems(Unauthenticated, Forbidden, InvalidRequest)
  async list(@Query() query: RefundsQuery): Promise<Page<RefundView>> {
    const { data, nextCursor } = await this.owed.list(query);
    return { data: data.map(toRefundView), nextCursor };
  }

  @Post(':id/retry')
  @Idempotent()
  @ApiOperation({
    summary: 'Try a failed refund again',
    description:
      'As a refund of its own, which is the answer: it may fail as well. The failed one names it in retriedAs.',
  })
  @ApiCreatedResponse({ type: RefundView, description: 'The refund that takes the place of the failed one' })
  @Problems(Unauthenticated, Forbidden, ResourceNotFound, RefundNotFailed, InvalidRequest)
  async retry(
    @IdParam() id: string,
    @IdempotencyKey() request: IdempotentRequest | undefined,
  ): Promise<RefundView> {
    return toRefundView(
      await this.idempotency.run(
        request,
        () => this.owed.retry(id, request),
        (refundId) => this.owed.get(refundId),
      ),
    );
  }

  @Post(':id/abandon')
  @HttpCode(200)
  @Idempotent()
  @ApiOperation({
    summary: 'Give a failed refund up',
    description:
      'When the traveller has been paid otherwise, or not to be paid at all. The money returns to the vendor and to the commission.',
  })
  @ApiOkResponse({ type: RefundView, description: 'The refund, abandoned' })
  @Problems(Unauthenticated, Forbidden, ResourceNotFound, RefundNotFailed, BookingUndecided, InvalidRequest)
  async abandon(
    @IdParam() id: string,
    @Body() { reason }: AbandonRefund,
    @IdempotencyKey() request: IdempotentRequest | undefined,
  ): Promise<RefundView> {
    return toRefundView(
      await this.idempotency.run(
        request,
        () => this.owed.abandon(id, reason, request),
        (refundId) => this.owed.get(refundId),
      ),
    );
  }
}
