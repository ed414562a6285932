import { CONFIG, type Config } from '@app/config';
import { Transactor, violates } from '@app/database';
import { Clock } from '@app/kernel';
import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Passwords } from './auth/passwords.js';
import { newUser } from './new-user.js';
import { UsersRepository } from './users.repository.js';

/** Creates the first admin from `ADMIN_EMAIL` and `ADMIN_PASSWORD`. Later starts change nothing about them. */
@Injectable()
export class AdminAccount implements OnApplicationBootstrap {
  private readonly logger = new Logger(AdminAccount.name);

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly users: UsersRepository,
    private readonly passwords: Passwords,
    private readonly transactor: Transactor,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): Promise<void> {
    return this.ensureAdmin(this.config.admin);
  }

  /** Any number of processes may do this at once. Never makes an admin of an account that somebody else registered. */
  async ensureAdmin(admin: Config['admin']): Promise<void> {
    if (!admin || (await this.isAdmin(admin.email))) return;
    const passwordHash = await this.passwords.hash(admin.password);
    const user = newUser(
      { email: admin.email, name: 'Administrator', role: 'admin', passwordHash },
      this.clock.now(),
    );
    try {
      await this.transactor.run((tx) => this.users.save(user, tx));
      this.logger.log('created the admin of ADMIN_EMAIL');
    } catch (error) {
      if (!violates(error, 'users_email_key')) throw error;
      if (!(await this.isAdmin(admin.email))) {
        this.logger.warn(
          'ADMIN_EMAIL belongs to an ordinary account: no admin was created, name another address',
        );
      }
    }
  }

  private isAdmin(email: string): Promise<boolean> {
    return this.users.exists({ email, role: 'admin' });
  }
}
