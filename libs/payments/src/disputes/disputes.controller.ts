import {
  decodeCursor,
  Forbidden,
  IdParam,
  InvalidRequest,
  page,
  Problems,
  ResourceNotFound,
  Roles,
  Unauthenticated,
  type Page,
} from '@app/http';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { isUUID } from 'class-validator';
import { DisputePage, DisputesQuery, DisputeView, toDisputeView } from './dispute.dto.js';
import { DisputesRepository } from './disputes.repository.js';

@ApiTags('admin money')
@ApiBearerAuth()
@Roles('admin')
@Controller('admin/disputes')
export class DisputesController {
  constructor(private readonly disputes: DisputesRepository) {}

  @Get()
  @ApiOperation({
    summary: 'Disputes, newest first',
    description:
      'Travellers’ banks that take payments back. They are answered in the dashboard of the gateway.',
  })
  @ApiOkResponse({ type: DisputePage, description: 'One page of disputes' })
  @Problems(Unauthenticated, Forbidden, InvalidRequest)
  async list(@Query() { limit, cursor, status }: DisputesQuery): Promise<Page<DisputeView>> {
    const before = decodeCursor(cursor, [(id) => isUUID(id)])?.[0] as string | undefined;
    const rows = await this.disputes.findPage({ limit: limit + 1, before, status });
    const { data, nextCursor } = page(rows, limit, ({ id }) => [id]);
    return { data: data.map(toDisputeView), nextCursor };
  }

  @Get(':id')
  @ApiOperation({ summary: 'A dispute' })
  @ApiOkResponse({ type: DisputeView, description: 'The dispute' })
  @Problems(Unauthenticated, Forbidden, ResourceNotFound, InvalidRequest)
  async find(@IdParam() id: string): Promise<DisputeView> {
    const dispute = await this.disputes.findById(id);
    if (!dispute) throw new ResourceNotFound('dispute', id);
    return toDisputeView(dispute);
  }
}
