import {
  CurrencyField,
  EnumField,
  InstantField,
  PageOf,
  PageQuery,
  SignedMoneyField,
  SignedMoneyView,
  TextField,
  TimeRangeQuery,
  UuidField,
} from '@app/http';
import { JOURNAL_KINDS, STATEMENT_ACCOUNTS, type JournalKind, type StatementAccount } from '@app/ledger';
import { IntersectionType } from '@nestjs/swagger';

export class StatementQuery extends IntersectionType(PageQuery, TimeRangeQuery) {
  @CurrencyField({ optional: true })
  currency?: string;

  @UuidField({ optional: true, description: 'Only what this booking moved' })
  bookingId?: string;
}

export class MovementView {
  @InstantField()
  occurredAt: string;

  @EnumField(JOURNAL_KINDS, { description: 'What happened', example: 'payment.succeeded' })
  kind: JournalKind;

  @UuidField({ nullable: true, description: 'Null for payouts and write-offs, which are of no one booking' })
  bookingId: string | null;

  @TextField({ optional: true, example: 'K7QM-2XRD' })
  bookingReference?: string;

  @EnumField(STATEMENT_ACCOUNTS, {
    description: 'pending: earned once the booking has taken place. disputeHold: frozen while a bank decides',
    example: 'pending',
  })
  account: StatementAccount;

  @SignedMoneyField({ description: 'What the account gained; below zero, what left it' })
  amount: SignedMoneyView;
}

export class StatementPage extends PageOf(MovementView) {}
