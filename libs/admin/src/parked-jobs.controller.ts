import { Controller, Get, HttpCode, Logger, Param, Post, Query } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiProperty,
  ApiTags,
} from '@nestjs/swagger';
import { ParkedJobs, type ParkedJob } from '@app/events';
import {
  CurrentUser,
  decodeCursor,
  Forbidden,
  InstantField,
  IntegerField,
  InvalidRequest,
  page,
  PageOf,
  PageQuery,
  Problems,
  ResourceNotFound,
  Roles,
  TextField,
  type Actor,
} from '@app/http';
import { isJobId } from './job-id.js';

class ParkedJobView {
  @TextField({ example: '4711' })
  id: string;

  @TextField({ example: 'send-email' })
  name: string;

  @ApiProperty({ type: 'object', additionalProperties: true })
  payload: object;

  @IntegerField()
  attempts: number;

  @TextField({ nullable: true, description: 'Null when every attempt ended with its worker' })
  lastError: string | null;

  @InstantField()
  queuedAt: string;

  @InstantField()
  parkedAt: string;
}

class ParkedJobPage extends PageOf(ParkedJobView) {}

/** Background jobs that failed too often to be tried again by themselves. */
@ApiTags('admin')
@ApiBearerAuth()
@Roles('admin')
@Controller('admin/parked-jobs')
export class ParkedJobsController {
  private readonly logger = new Logger(ParkedJobsController.name);

  constructor(private readonly jobs: ParkedJobs) {}

  @Get()
  @ApiOperation({
    summary: 'Jobs whose attempts are used up, newest first',
    description: 'Deliveries of events are under `/admin/events/parked`.',
  })
  @ApiOkResponse({ type: ParkedJobPage, description: 'One page of parked jobs' })
  @Problems(Forbidden, InvalidRequest)
  async list(@Query() { limit, cursor }: PageQuery): Promise<ParkedJobPage> {
    const [before] = decodeCursor(cursor, [isJobId]) ?? [];
    const jobs = await this.jobs.find({ before: before as string | undefined, limit: limit + 1 });
    const { data, nextCursor } = page(jobs, limit, ({ id }) => [id]);
    return { data: data.map((job) => toView(job)), nextCursor };
  }

  @Post(':id/retry')
  @HttpCode(204)
  @ApiOperation({ summary: 'Run a parked job now, with all attempts before it again' })
  @ApiNoContentResponse({ description: 'It is due' })
  @Problems(ResourceNotFound, Forbidden)
  async retry(@Param('id') id: string): Promise<void> {
    if (!isJobId(id) || !(await this.jobs.retry(id))) throw new ResourceNotFound('parked job');
  }

  @Post(':id/discard')
  @HttpCode(204)
  @ApiOperation({ summary: 'Give a parked job up', description: 'It is deleted, and the log says by whom.' })
  @ApiNoContentResponse({ description: 'It is gone' })
  @Problems(ResourceNotFound, Forbidden)
  async discard(@CurrentUser() actor: Actor, @Param('id') id: string): Promise<void> {
    if (!isJobId(id) || !(await this.jobs.discard(id))) throw new ResourceNotFound('parked job');
    this.logger.warn(`admin ${actor.id} discarded the parked job ${id}`);
  }
}

const toView = ({ queuedAt, parkedAt, ...job }: ParkedJob): ParkedJobView => ({
  ...job,
  queuedAt: queuedAt.toISOString(),
  parkedAt: parkedAt.toISOString(),
});
