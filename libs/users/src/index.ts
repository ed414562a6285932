export { AccountTokens, type AccountToken, type AccountTokenPurpose } from './auth/account-tokens.js';
export { Auth } from './auth/auth.service.js';
export { Session } from './auth/session.entity.js';
export { Memberships } from './memberships.js';
export type { UserContact } from './user-contact.js';
export { UserPage, UserView } from './user.dto.js';
export { User } from './user.entity.js';
export {
  EmailTaken,
  InvalidCredentials,
  InvalidRefreshToken,
  InvalidToken,
  LastAdmin,
  LastOwner,
} from './user.errors.js';
export { UsersModule } from './users.module.js';
export { Users } from './users.service.js';
