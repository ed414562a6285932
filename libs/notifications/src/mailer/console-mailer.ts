import type { Config } from '@app/config';
import { Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Mailer, type OutgoingMail } from './mailer.js';

/**
 * Prints mail where there is no server to send it: in development that is how one comes by the links. They let whoever reads them into
 * the account, so in the log of a real installation they do not stand, nor does whom they are for.
 */
export class ConsoleMailer extends Mailer implements OnApplicationBootstrap {
  private readonly logger = new Logger('Mail');
  private readonly isProduction: boolean;

  constructor({ env }: Pick<Config, 'env'>) {
    super();
    this.isProduction = env === 'production';
  }

  onApplicationBootstrap(): void {
    if (this.isProduction)
      this.logger.warn('SMTP_URL is not set: nobody gets any mail, it is only noted here');
  }

  async send({ messageId, to, subject, text }: OutgoingMail): Promise<void> {
    this.logger.log(
      this.isProduction ? `${messageId}: ${subject}` : `to ${to.address}: ${subject}\n\n${text}`,
    );
  }
}
