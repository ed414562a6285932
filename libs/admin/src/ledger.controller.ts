import {
  decodeCursor,
  Forbidden,
  InvalidRequest,
  page,
  parseDayOrInstant,
  Problems,
  readTimeRange,
  Roles,
  type Page,
} from '@app/http';
import {
  AccountList,
  JournalLog,
  type AccountBalance,
  type JournalKey,
  type LoggedJournal,
} from '@app/ledger';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { isUUID } from 'class-validator';
import {
  AccountPage,
  AccountQuery,
  JournalPage,
  JournalQuery,
  type AccountView,
  type JournalView,
} from './ledger.dto.js';

/** The books, entry by entry. */
@ApiTags('admin books')
@ApiBearerAuth()
@Roles('admin')
@Controller('admin/ledger')
export class LedgerController {
  constructor(
    private readonly accounts: AccountList,
    private readonly journals: JournalLog,
  ) {}

  @Get('accounts')
  @ApiOperation({ summary: 'Every account by itself, with its balance; the first opened first' })
  @ApiOkResponse({ type: AccountPage, description: 'One page of accounts' })
  @Problems(Forbidden, InvalidRequest)
  async listAccounts(@Query() { limit, cursor, ...filter }: AccountQuery): Promise<Page<AccountView>> {
    const [after] = decodeCursor(cursor, [(id) => isUUID(id)]) ?? [];
    const rows = await this.accounts.find(filter, limit + 1, after as string | undefined);
    const { data, nextCursor } = page(rows, limit, ({ id }) => [id]);
    return { data: data.map((account) => toAccountView(account)), nextCursor };
  }

  @Get('journals')
  @ApiOperation({
    summary: 'What moved money, newest first',
    description: 'Of a booking, a vendor, a record, an account, a kind, a time, or any of these together.',
  })
  @ApiOkResponse({ type: JournalPage, description: 'One page of journals, each with its postings' })
  @Problems(Forbidden, InvalidRequest)
  async listJournals(
    @Query() { limit, cursor, from, to, ...filter }: JournalQuery,
  ): Promise<Page<JournalView>> {
    const range = readTimeRange({ from, to });
    const rows = await this.journals.find({ ...filter, ...range }, limit + 1, keyIn(cursor));
    const { data, nextCursor } = page(rows, limit, ({ occurredAt, id }) => [occurredAt.toISOString(), id]);
    return { data: data.map((journal) => toJournalView(journal)), nextCursor };
  }
}

function keyIn(cursor: string | undefined): JournalKey | undefined {
  const key = decodeCursor(cursor, [
    (occurredAt) => typeof occurredAt === 'string' && parseDayOrInstant(occurredAt) !== undefined,
    (id) => isUUID(id),
  ]);
  return key && { occurredAt: new Date(key[0] as string), id: key[1] as string };
}

function toAccountView({ id, account, vendorId, currency, balance }: AccountBalance): AccountView {
  return { id, account, ...(vendorId !== null && { vendorId }), currency, balance };
}

function toJournalView(journal: LoggedJournal): JournalView {
  return {
    id: journal.id,
    kind: journal.kind,
    sourceType: journal.sourceType,
    sourceId: journal.sourceId,
    occurrence: journal.occurrence,
    bookingId: journal.bookingId,
    occurredAt: journal.occurredAt.toISOString(),
    postings: journal.postings.map(({ account, vendorId, amount }) => ({
      account,
      ...(vendorId !== null && { vendorId }),
      amount,
    })),
  };
}
