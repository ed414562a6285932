import { Booking } from '@app/bookings';
import {
  CurrentUser,
  decodeCursor,
  IdParam,
  InvalidRequest,
  page,
  parseDayOrInstant,
  Problems,
  readTimeRange,
  ResourceNotFound,
  type Actor,
  type Page,
} from '@app/http';
import { STATEMENT_ACCOUNTS, VendorStatement, type Movement, type StatementKey } from '@app/ledger';
import { Vendors } from '@app/vendors';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { InjectDataSource } from '@nestjs/typeorm';
import { isUUID } from 'class-validator';
import { DataSource, In } from 'typeorm';
import { StatementPage, StatementQuery, type MovementView } from './statement.dto.js';

@ApiTags('payouts')
@ApiBearerAuth()
@Controller('vendors/:id/statement')
export class StatementsController {
  constructor(
    private readonly vendors: Vendors,
    private readonly statement: VendorStatement,
    @InjectDataSource() private readonly dataSource: DataSource,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'What moved a vendor’s balance, newest first',
    description: 'The sum of all amounts of an account is what GET /vendors/{id}/balance says of it.',
  })
  @ApiOkResponse({ type: StatementPage, description: 'One page of movements' })
  @Problems(ResourceNotFound, InvalidRequest)
  async read(
    @CurrentUser() actor: Actor,
    @IdParam() id: string,
    @Query() { limit, cursor, currency, bookingId, from, to }: StatementQuery,
  ): Promise<Page<MovementView>> {
    await this.vendors.requireMember(actor, id);
    const filter = { currency, bookingId, ...readTimeRange({ from, to }) };
    const rows = await this.statement.find(id, filter, limit + 1, keyIn(cursor));
    const { data, nextCursor } = page(rows, limit, (movement) => [
      movement.occurredAt.toISOString(),
      movement.id,
      movement.account,
    ]);
    const references = await this.referencesOf(data);
    return { data: data.map((movement) => toView(movement, references)), nextCursor };
  }

  /** One statement for the page. */
  private async referencesOf(movements: readonly Movement[]): Promise<Map<string | null, string>> {
    const ids = [...new Set(movements.flatMap(({ bookingId }) => bookingId ?? []))];
    const bookings = await this.dataSource.manager.find(Booking, {
      select: { id: true, reference: true },
      where: { id: In(ids) },
    });
    return new Map(bookings.map(({ id, reference }) => [id, reference]));
  }
}

function keyIn(cursor: string | undefined): StatementKey | undefined {
  const key = decodeCursor(cursor, [
    (occurredAt) => typeof occurredAt === 'string' && parseDayOrInstant(occurredAt) !== undefined,
    (id) => isUUID(id),
    (account) => STATEMENT_ACCOUNTS.some((known) => known === account),
  ]);
  if (!key) return undefined;
  const [occurredAt, id, account] = key as [string, string, StatementKey['account']];
  return { occurredAt: new Date(occurredAt), id, account };
}

function toView(movement: Movement, references: Map<string | null, string>): MovementView {
  const { occurredAt, kind, bookingId, account, amount } = movement;
  const bookingReference = references.get(bookingId);
  return {
    occurredAt: occurredAt.toISOString(),
    kind,
    bookingId,
    ...(bookingReference !== undefined && { bookingReference }),
    account,
    amount,
  };
}
