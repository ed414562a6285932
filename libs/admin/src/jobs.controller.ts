import { Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { ScheduleRun, Schedules, type ScheduleOptions } from '@app/events';
import {
  CurrentUser,
  Forbidden,
  InstantField,
  IntegerField,
  ListField,
  ObjectField,
  Problems,
  ResourceNotFound,
  Roles,
  TextField,
  UuidField,
  type Actor,
} from '@app/http';
import { GatewayUnavailable } from '@app/payments';

const ReportField = (nullable = false) =>
  ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    description: 'What it did, in numbers',
    example: { completed: 12, failed: 0 },
    nullable,
  });

class LastRunView {
  @UuidField({ nullable: true, description: 'The admin who asked for it; null when it was due' })
  requestedBy: string | null;

  @InstantField()
  startedAt: string;

  @InstantField({ nullable: true, description: 'Null while it runs, and when its process died on the way' })
  finishedAt: string | null;

  @ReportField(true)
  report: object | null;

  @TextField({ nullable: true, max: 1000, description: 'Why it ended without a report' })
  error: string | null;
}

class ScheduledJobView {
  @TextField({ example: 'complete-bookings' })
  name: string;

  @TextField({ example: 'Completes bookings whose departure is over' })
  summary: string;

  @TextField({ optional: true, example: '* * * * *', description: 'UTC; one of all workers runs it' })
  cron?: string;

  @IntegerField({ optional: true, example: 2, description: 'Every worker runs it so often' })
  everySeconds?: number;

  @ObjectField(() => LastRunView, {
    nullable: true,
    description: 'Of those that run every few seconds the last that found something to do',
  })
  lastRun: LastRunView | null;
}

class ScheduledJobList {
  @ListField(() => ScheduledJobView, { maxItems: 100 })
  data: ScheduledJobView[];
}

class JobRunView {
  @TextField({ example: 'complete-bookings' })
  name: string;

  @InstantField()
  startedAt: string;

  @InstantField()
  finishedAt: string;

  @ReportField()
  report: object;
}

@ApiTags('admin')
@ApiBearerAuth()
@Roles('admin')
@Controller('admin/jobs')
export class JobsController {
  constructor(private readonly schedules: Schedules) {}

  @Get()
  @ApiOperation({ summary: 'What workers do by themselves again and again, and how the last time went' })
  @ApiOkResponse({ type: ScheduledJobList, description: 'Every job, by name' })
  @Problems(Forbidden)
  async list(): Promise<ScheduledJobList> {
    const lastRuns = await this.schedules.lastRuns();
    return { data: this.schedules.all().map((job) => toJobView(job, lastRuns.get(job.name))) };
  }

  @Post(':name/run')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Run a job now, and wait for it',
    description: 'Whether or not it is due: it does what there is to do, once, whoever else may be at it.',
  })
  @ApiOkResponse({ type: JobRunView, description: 'How it went' })
  @Problems(ResourceNotFound, GatewayUnavailable, Forbidden)
  async run(@CurrentUser() actor: Actor, @Param('name') name: string): Promise<JobRunView> {
    if (!this.schedules.all().some((job) => job.name === name)) throw new ResourceNotFound('job');
    const { startedAt, finishedAt, report } = await this.schedules.run(name, actor.id);
    return {
      name,
      startedAt: startedAt.toISOString(),
      finishedAt: finishedAt.toISOString(),
      report,
    };
  }
}

function toJobView(job: ScheduleOptions, lastRun?: ScheduleRun): ScheduledJobView {
  const { name, summary } = job;
  const rhythm = 'cron' in job ? { cron: job.cron } : { everySeconds: job.everySeconds };
  return { name, summary, ...rhythm, lastRun: lastRun ? toLastRunView(lastRun) : null };
}

const toLastRunView = ({ requestedBy, startedAt, finishedAt, report, error }: ScheduleRun): LastRunView => ({
  requestedBy,
  startedAt: startedAt.toISOString(),
  finishedAt: finishedAt?.toISOString() ?? null,
  report,
  error,
});
