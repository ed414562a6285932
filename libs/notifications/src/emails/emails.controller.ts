import {
  Forbidden,
  IdParam,
  InvalidRequest,
  Problems,
  ResourceNotFound,
  Roles,
  Unauthenticated,
  type Page,
} from '@app/http';
import { Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { EmailPage, EmailQuery, EmailView, toEmailView } from './email.dto.js';
import { Emails } from './emails.service.js';

@ApiTags('admin')
@ApiBearerAuth()
@Roles('admin')
@Controller('admin/emails')
export class EmailsController {
  constructor(private readonly emails: Emails) {}

  @Get()
  @ApiOperation({
    summary: 'What was written to whom, newest first, and whether it arrived at a mail server',
    description: 'Kept for 90 days. With status=failed what somebody has to look after.',
  })
  @ApiOkResponse({ type: EmailPage, description: 'One page' })
  @Problems(Unauthenticated, Forbidden, InvalidRequest)
  async list(@Query() query: EmailQuery): Promise<Page<EmailView>> {
    const { data, nextCursor } = await this.emails.list(query);
    return { data: data.map((email) => toEmailView(email)), nextCursor };
  }

  @Post(':id/resend')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Send a mail, or send it again',
    description:
      'At once, with as many attempts as a new one. It tells what is true now, and is dropped when there is nothing to tell.',
  })
  @ApiOkResponse({ type: EmailView, description: 'Queued' })
  @Problems(Unauthenticated, Forbidden, ResourceNotFound, InvalidRequest)
  async resend(@IdParam() id: string): Promise<EmailView> {
    return toEmailView(await this.emails.resend(id));
  }
}
