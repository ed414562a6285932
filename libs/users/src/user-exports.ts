import { ResourceNotFound } from '@app/http';
import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { SessionsRepository } from './auth/sessions.repository.js';
import { UserProfiles } from './user-profiles.js';
import { toSessionView, type UserExport } from './user.dto.js';
import { UsersRepository } from './users.repository.js';

/** Everything this module knows of a user, for them to keep (GDPR articles 15 and 20). */
@Injectable()
export class UserExports {
  constructor(
    private readonly users: UsersRepository,
    private readonly sessions: SessionsRepository,
    private readonly profiles: UserProfiles,
    private readonly clock: Clock,
  ) {}

  /** @throws ResourceNotFound */
  async of(id: string): Promise<UserExport> {
    const user = await this.users.findById(id);
    if (!user) throw new ResourceNotFound('user', id);
    const sessions = await this.sessions.findByUser(id);
    return {
      exportedAt: this.clock.now().toISOString(),
      user: await this.profiles.of(user),
      emailVerifiedAt: user.emailVerifiedAt?.toISOString() ?? null,
      sessions: sessions.map(toSessionView),
    };
  }
}
