import { Controller, Get } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { BooleanField, Forbidden, IntegerField, ListField, Problems, Roles, TextField } from '@app/http';
import { Integrity, type IntegrityReport } from './integrity.service.js';

class CheckView {
  @TextField({ example: 'seats' })
  name: string;

  @BooleanField()
  ok: boolean;

  @IntegerField({ description: 'How many things were looked at', example: 120 })
  checked: number;

  @ApiProperty({ type: [String], description: 'One sentence for each, at most a hundred' })
  violations: string[];
}

export class IntegrityView implements IntegrityReport {
  @BooleanField()
  ok: boolean;

  @ListField(() => CheckView, { maxItems: 50 })
  checks: CheckView[];
}

@ApiTags('admin books')
@ApiBearerAuth()
@Roles('admin')
@Controller('admin/integrity')
export class IntegrityController {
  constructor(private readonly integrity: Integrity) {}

  @Get()
  @ApiOperation({
    summary: 'Recompute what must always hold, from its sources',
    description: 'Reads everything: not for every minute.',
  })
  @ApiOkResponse({
    type: IntegrityView,
    description: 'Every check, with what it found; `ok` when none found anything',
  })
  @Problems(Forbidden)
  run(): Promise<IntegrityView> {
    return this.integrity.run();
  }
}
