import { DomainError, type ErrorKind } from '@app/kernel';
import { statusesBefore, type VendorStatus } from './vendor-status.js';

export class VendorTransitionNotAllowed extends DomainError {
  static readonly code = 'vendor-transition-not-allowed';
  static readonly kind: ErrorKind = 'conflict';
  static readonly title = "The vendor's status does not allow this";

  constructor(from: VendorStatus, to: VendorStatus) {
    super(`a vendor becomes ${to} from ${statusesBefore(to).join(' or ')}; this one is ${from}`, {
      vendorStatus: from,
    });
  }
}
