import { UsersAndSessions1763800000001 } from './0001-users-and-sessions.js';
import { EventsAndIdempotency1763800000002 } from './0002-events-and-idempotency.js';
import { Ledger1763800000003 } from './0003-ledger.js';
import { VendorsTripsDepartures1763800000004 } from './0004-vendors-trips-departures.js';
import { Bookings1763800000005 } from './0005-bookings.js';
import { PaymentsAndRefunds1763800000006 } from './0006-payments-and-refunds.js';
import { MockGateway1763800000007 } from './0007-mock-gateway.js';
import { DisputesAndGatewayEvents1763800000008 } from './0008-disputes-and-gateway-events.js';
import { Payouts1763800000009 } from './0009-payouts.js';
import { MockGatewayBalance1763800000010 } from './0010-mock-gateway-balance.js';
import { HowUsersAreWrittenTo1763800000011 } from './0011-how-users-are-written-to.js';
import { Emails1763800000012 } from './0012-emails.js';
import { WebhooksOut1763800000013 } from './0013-webhooks-out.js';
import { Schedules1763800000014 } from './0014-schedules.js';
import { SkippedAndParkedDeliveries1763800000015 } from './0015-skipped-and-parked-deliveries.js';
import { VersionsOfTrips1763800000016 } from './0016-versions-of-trips.js';
import { SearchesWithinIndexes1763800000017 } from './0017-searches-within-indexes.js';
import { PayingWritesLess1763800000018 } from './0018-paying-writes-less.js';
import { SecretsSignOnForADay1763800000019 } from './0019-secrets-sign-on-for-a-day.js';
import { BalanceLookedUp1763800000020 } from './0020-balance-looked-up.js';
import { JobsOfATask1763800000021 } from './0021-jobs-of-a-task.js';

/** In the order in which they run. */
export const migrations = [
  UsersAndSessions1763800000001,
  EventsAndIdempotency1763800000002,
  Ledger1763800000003,
  VendorsTripsDepartures1763800000004,
  Bookings1763800000005,
  PaymentsAndRefunds1763800000006,
  MockGateway1763800000007,
  DisputesAndGatewayEvents1763800000008,
  Payouts1763800000009,
  MockGatewayBalance1763800000010,
  HowUsersAreWrittenTo1763800000011,
  Emails1763800000012,
  WebhooksOut1763800000013,
  Schedules1763800000014,
  SkippedAndParkedDeliveries1763800000015,
  VersionsOfTrips1763800000016,
  SearchesWithinIndexes1763800000017,
  PayingWritesLess1763800000018,
  SecretsSignOnForADay1763800000019,
  BalanceLookedUp1763800000020,
  JobsOfATask1763800000021,
];
