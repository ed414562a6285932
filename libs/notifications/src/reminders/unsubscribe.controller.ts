import { InvalidRequest, Problems, Public, TextField } from '@app/http';
import { AccountTokens, InvalidToken, Users } from '@app/users';
import { Controller, Get, Header, HttpCode, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { layOutPage } from '../layout/page.js';
import type { Locale } from '../letters/locale.js';
import { localeFor } from '../locales/index.js';

class UnsubscribeQuery {
  @TextField({ description: 'From the link in a reminder', max: 1_000 })
  token: string;
}

const PAGE = { content: { 'text/html': { schema: { type: 'string' } } } } as const;

/** Where the link at the foot of a reminder leads, and what mail programs call when their own button is pressed (RFC 8058). */
@ApiTags('users')
@Public()
@Controller('unsubscribe')
export class UnsubscribeController {
  constructor(
    private readonly tokens: AccountTokens,
    private readonly users: Users,
  ) {}

  /** Changes nothing: whatever looks for viruses follows every link. */
  @Get()
  @Header('content-type', 'text/html; charset=utf-8')
  @ApiOperation({ summary: 'A page that asks whether reminders are to stop' })
  @ApiOkResponse({ ...PAGE, description: 'A page with one button' })
  @Problems(InvalidToken, InvalidRequest)
  async ask(@Query() { token }: UnsubscribeQuery): Promise<string> {
    const { unsubscribe, ...locale } = await this.localeOf(this.userOf(token));
    return layOutPage({ ...locale, message: unsubscribe.question, button: unsubscribe.button });
  }

  @Post()
  @HttpCode(200)
  @Header('content-type', 'text/html; charset=utf-8')
  @ApiOperation({
    summary: 'Stop reminders by e-mail',
    description: 'One click, without signing in (RFC 8058). Confirmations and receipts still come.',
  })
  @ApiOkResponse({ ...PAGE, description: 'Done, or was already' })
  @Problems(InvalidToken, InvalidRequest)
  async stop(@Query() { token }: UnsubscribeQuery): Promise<string> {
    const userId = this.userOf(token);
    await this.users.stopReminders(userId);
    const { unsubscribe, ...locale } = await this.localeOf(userId);
    return layOutPage({ ...locale, message: unsubscribe.done });
  }

  private userOf(token: string): string {
    const read = this.tokens.read(token, 'unsubscribe');
    if (!read) throw new InvalidToken();
    return read.userId;
  }

  private async localeOf(userId: string): Promise<Locale> {
    return localeFor((await this.users.contactOf(userId))?.locale).locale;
  }
}
