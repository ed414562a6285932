import { AnyQuery, EnumField, NoRateLimit, Problems, Public, Unavailable } from '@app/http';
import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { HealthCheck } from '@nestjs/terminus';
import { Readiness } from './readiness.js';

class LiveView {
  @EnumField(['ok'])
  status: 'ok';
}

class ReadyView {
  @EnumField(['ok', 'degraded'], {
    description: 'degraded: it can serve, and the worker inside it cannot work, or its cache is out of reach',
  })
  status: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'object' },
    description: 'Each part that was looked at',
    example: { database: { status: 'up' }, cache: { status: 'up' }, worker: { status: 'up' } },
  })
  details: object;
}

@ApiTags('ops')
@Public()
@AnyQuery()
@NoRateLimit()
@Controller('health')
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  @Get('live')
  @ApiOperation({ summary: 'Whether the process runs: restart it when not' })
  @ApiOkResponse({ type: LiveView, description: 'It runs' })
  live(): LiveView {
    return { status: 'ok' };
  }

  @Get('ready')
  @HealthCheck({ swaggerDocumentation: false })
  @ApiOperation({ summary: 'Whether it can serve: send no traffic when not' })
  @ApiOkResponse({ type: ReadyView, description: 'It can serve' })
  @Problems(Unavailable)
  async ready(): Promise<ReadyView> {
    const { status, details } = await this.readiness.check();
    return { status, details };
  }
}
