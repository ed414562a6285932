import {
  BooleanField,
  EnumField,
  Forbidden,
  InstantField,
  IntegerField,
  InvalidRequest,
  ListField,
  Problems,
  readTimeRange,
  Roles,
  SignedMoneyField,
  SignedMoneyView,
  TextField,
  TimeRangeQuery,
  UuidField,
  type TimeRange,
} from '@app/http';
import { Clock } from '@app/kernel';
import { GatewayUnavailable } from '@app/payments';
import {
  BREAK_KINDS,
  Reconciliation,
  type Break,
  type BreakKind,
  type ReconciliationReport,
} from '@app/payouts';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';

const DAY_MS = 86_400_000;
const MAX_DAYS = 92;

class BreakView implements Break {
  @EnumField(BREAK_KINDS, {
    description:
      'missing-in-books: the gateway moved it, and the books do not have it. missing-at-gateway: the reverse. ' +
      'amount-differs: both have it, and not as much. unknown-object: it is not ours',
    example: 'missing-in-books',
  })
  kind: BreakKind;

  @TextField({
    description: 'The payment, refund, transfer or dispute at the gateway',
    example: 'mock_pi_019a8e4c',
  })
  gatewayId: string;

  @UuidField({ optional: true })
  paymentId?: string;

  @SignedMoneyField({
    description: 'How much more the gateway has than the books; below zero, how much less',
  })
  amount: SignedMoneyView;

  @TextField({ max: 1000, example: 'payment: the gateway moved 9680 USD, the books have nothing' })
  detail: string;
}

class ReconciliationView {
  @BooleanField()
  ok: boolean;

  @InstantField()
  checkedAt: string;

  @InstantField()
  from: string;

  @InstantField()
  to: string;

  @IntegerField({
    description: 'How many payments, refunds, transfers and disputes were compared',
    example: 120,
  })
  compared: number;

  @ListField(() => SignedMoneyView, {
    maxItems: 200,
    description:
      'What moved between the gateway and the platform’s own bank account, by currency; below zero, to the bank. No break',
  })
  bank: readonly SignedMoneyView[];

  @ListField(() => BreakView, { maxItems: 1000 })
  breaks: BreakView[];

  @BooleanField({ description: 'Whether there are more breaks than these' })
  truncated: boolean;
}

@ApiTags('admin books')
@ApiBearerAuth()
@Roles('admin')
@Controller('admin/reconciliation')
export class ReconciliationController {
  constructor(
    private readonly reconciliation: Reconciliation,
    private readonly clock: Clock,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'Compare the gateway’s balance with the books, movement by movement',
    description: `The last seven days unless told, at most ${MAX_DAYS}. Asks the gateway for all of it: not for every minute.`,
  })
  @ApiOkResponse({ type: ReconciliationView, description: 'Every difference; `ok` when there is none' })
  @Problems(GatewayUnavailable, Forbidden, InvalidRequest)
  async run(@Query() query: TimeRangeQuery): Promise<ReconciliationView> {
    const range = readTimeRange(query);
    this.requireSensible(range);
    return toView(await this.reconciliation.run(range));
  }

  private requireSensible({ from, to }: TimeRange): void {
    const now = this.clock.now();
    if (from && from >= now) throw InvalidRequest.field('from', 'must be in the past');
    const end = to && to < now ? to : now;
    if (from && end.getTime() - from.getTime() > MAX_DAYS * DAY_MS) {
      throw InvalidRequest.field('from', `must be at most ${MAX_DAYS} days before to`);
    }
  }
}

function toView({
  ok,
  checkedAt,
  from,
  to,
  compared,
  bank,
  breaks,
  truncated,
}: ReconciliationReport): ReconciliationView {
  return {
    ok,
    checkedAt: checkedAt.toISOString(),
    from: from.toISOString(),
    to: to.toISOString(),
    compared,
    bank,
    breaks: breaks.map(({ kind, gatewayId, paymentId, amount, detail }) => ({
      kind,
      gatewayId,
      ...(paymentId !== undefined && { paymentId }),
      amount,
      detail,
    })),
    truncated,
  };
}
