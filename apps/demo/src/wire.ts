/** The parts of the API's answers that the story looks at. */
export interface Money {
  readonly amount: number;
  readonly currency: string;
}

export interface SignedIn {
  readonly accessToken: string;
}

export interface Vendor {
  readonly id: string;
  readonly status: string;
}

export interface Trip {
  readonly id: string;
  readonly title: string;
  readonly status: string;
  readonly units: readonly { readonly id: string; readonly type: string }[];
}

export interface Departure {
  readonly id: string;
  readonly startsAt: string;
  readonly seatsAvailable: number;
}

export interface Booking {
  readonly id: string;
  readonly reference: string;
  readonly status: string;
  readonly seats: number;
  readonly total: Money;
  readonly paid: Money;
  readonly refunded: Money;
  readonly holdExpiresAt: string | null;
}

export interface Payment {
  readonly id: string;
  readonly attempt: number;
  readonly status: string;
}

export interface Dispute {
  readonly paymentId: string;
}

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly failure?: { readonly message: string };
}

export interface Quote {
  readonly refund: Money;
  readonly fee: Money;
  readonly policy: string;
}

export interface Refund {
  readonly paymentId: string;
  readonly amount: Money;
}

export interface PayoutRun {
  readonly period: string;
  readonly paid: readonly { readonly amount: Money }[];
}

export interface Reconciliation {
  readonly ok: boolean;
  readonly compared: number;
}

export interface VendorBalance {
  readonly currency: string;
  readonly pending: number;
  readonly available: number;
  readonly inTransit: number;
  readonly paid: number;
}

export interface TrialBalance {
  readonly currency: string;
  readonly accounts: readonly { readonly account: string; readonly balance: number }[];
  readonly total: number;
}

export interface Integrity {
  readonly ok: boolean;
  readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly checked: number }[];
}

export interface List<T> {
  readonly data: readonly T[];
}
