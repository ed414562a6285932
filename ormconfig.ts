import { Booking, BookingItem } from '@app/bookings';
import { loadConfig } from '@app/config';
import { connectionOf, dataSourceOptions, openDatabase } from '@app/database';
import { ConsumedEvent, OutboxEvent, ScheduleRun } from '@app/events';
import { Journal, LedgerAccount, Posting } from '@app/ledger';
import { Dispute, GatewayEventRecord, MOCK_ENTITIES, Payment, Refund } from '@app/payments';
import { Email } from '@app/notifications';
import { Payout, PayoutItem, PayoutRun, WriteOff } from '@app/payouts';
import { Departure, Trip, TripUnit } from '@app/trips';
import { Session, User } from '@app/users';
import { Vendor, VendorMember } from '@app/vendors';
import { WebhookDelivery, WebhookEndpoint } from '@app/webhooks';
import { DataSource } from 'typeorm';

/** Those that the modules register; test/schema.spec.ts compares. */
const entities = [
  User,
  Session,
  OutboxEvent,
  ConsumedEvent,
  ScheduleRun,
  LedgerAccount,
  Journal,
  Posting,
  Vendor,
  VendorMember,
  Trip,
  TripUnit,
  Departure,
  Booking,
  BookingItem,
  Payment,
  Refund,
  Dispute,
  GatewayEventRecord,
  ...MOCK_ENTITIES,
  PayoutRun,
  Payout,
  PayoutItem,
  WriteOff,
  Email,
  WebhookEndpoint,
  WebhookDelivery,
];

/** For the TypeORM command line, against the database that `npm start` would use: `npm run migration:generate -- <path>`. */
async function openDataSource(): Promise<DataSource> {
  const config = loadConfig(process.env);
  const { url, directUrl } = await openDatabase(config, (line) => process.stderr.write(`${line}\n`));
  const connection = connectionOf({ ...config.database, url, directUrl }, 'travellr-cli');
  return new DataSource({ ...dataSourceOptions({ ...connection, url: directUrl, pooled: false }), entities });
}

export default openDataSource();
