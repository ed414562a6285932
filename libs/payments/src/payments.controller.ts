import { BookingNotPayable, PaymentInProgress } from '@app/bookings';
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
  Unauthenticated,
  type Actor,
  type IdempotentRequest,
  type Page,
} from '@app/http';
import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Checkout } from './checkout.service.js';
import { Pay, PaymentPage, PaymentsQuery, PaymentView, toPaymentView } from './payment.dto.js';
import {
  CurrencyNotSettled,
  GatewayUnavailable,
  PaymentCanceled,
  PaymentDeclined,
  RefundExceedsPayment,
} from './payment.errors.js';
import { Payments } from './payments.service.js';
import { RefundPayment, RefundView, toRefundView } from './refunds/refund.dto.js';
import { Refunds } from './refunds/refunds.service.js';

@ApiTags('payments')
@ApiBearerAuth()
@Controller('payments')
export class PaymentsController {
  constructor(
    private readonly payments: Payments,
    private readonly checkout: Checkout,
    private readonly refunds: Refunds,
    private readonly idempotency: Idempotency,
  ) {}

  @Post()
  @Idempotent()
  @ApiOperation({
    summary: 'Pay for a booking',
    description:
      'Charges what the booking costs and confirms it. requires_action: do what nextAction says. unknown: the gateway did not answer in time; the payment settles by itself within a minute and is never charged twice.',
  })
  @ApiCreatedResponse({
    type: PaymentView,
    description: 'The payment: made, or waiting for what its `status` says',
  })
  @Problems(
    Unauthenticated,
    PaymentDeclined,
    ResourceNotFound,
    BookingNotPayable,
    CurrencyNotSettled,
    PaymentInProgress,
    PaymentCanceled,
    InvalidRequest,
    GatewayUnavailable,
  )
  async pay(
    @CurrentUser() actor: Actor,
    @Body() body: Pay,
    @IdempotencyKey() request: IdempotentRequest | undefined,
  ): Promise<PaymentView> {
    const payment = await this.idempotency.run(
      request,
      () => this.checkout.pay(actor, body, request),
      async (id, status) => this.checkout.replay(await this.payments.get(actor, id), status),
    );
    return toPaymentView(payment, actor);
  }

  @Get()
  @ApiOperation({ summary: 'The payments of a booking, newest first' })
  @ApiOkResponse({ type: PaymentPage, description: 'One page of the booking’s payments' })
  @Problems(Unauthenticated, ResourceNotFound, InvalidRequest)
  async list(@CurrentUser() actor: Actor, @Query() query: PaymentsQuery): Promise<Page<PaymentView>> {
    const { data, nextCursor } = await this.payments.listOfBooking(actor, query.bookingId, query);
    return { data: data.map((payment) => toPaymentView(payment, actor)), nextCursor };
  }

  @Get(':id')
  @ApiOperation({ summary: 'A payment, to its payer, to members of the vendor and to admins' })
  @ApiOkResponse({ type: PaymentView, description: 'The payment' })
  @Problems(Unauthenticated, ResourceNotFound, InvalidRequest)
  async find(@CurrentUser() actor: Actor, @IdParam() id: string): Promise<PaymentView> {
    return toPaymentView(await this.payments.get(actor, id), actor);
  }

  @Post(':id/refund')
  @Idempotent()
  @ApiOperation({
    summary: 'Refund a payment, in full or in part',
    description:
      'For members of the vendor and admins. The booking keeps its status; cancelling it is another matter.',
  })
  @ApiCreatedResponse({
    type: RefundView,
    description: 'The refund. It is `pending` until the gateway has sent the money',
  })
  @Problems(Unauthenticated, Forbidden, ResourceNotFound, RefundExceedsPayment, InvalidRequest)
  async refund(
    @CurrentUser() actor: Actor,
    @IdParam() id: string,
    @Body() body: RefundPayment,
    @IdempotencyKey() request: IdempotentRequest | undefined,
  ): Promise<RefundView> {
    const payment = await this.payments.getToRefund(actor, id);
    const refund = await this.idempotency.run(
      request,
      () => this.refunds.refund(payment, body, request),
      (refundId) => this.payments.getRefund(refundId),
    );
    return toRefundView(refund);
  }
}
