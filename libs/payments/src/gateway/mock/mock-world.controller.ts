import { Forbidden, InvalidRequest, Problems, ResourceNotFound, Roles, Unauthenticated } from '@app/http';
import { Body, Controller, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { MockDisputes } from './mock-disputes.js';
import { DisputeDecided } from './mock-gateway.errors.js';
import { MockWorld } from './mock-world.js';
import { CloseDispute, ClosedDisputeView, KnobsView, toKnobsView, TurnKnobs } from './mock-world.dto.js';

/** Only there when the mock is the gateway: it plays what nobody here can bring about, the banks and the network. */
@ApiTags('mock gateway')
@ApiBearerAuth()
@Roles('admin')
@Controller('mock-gateway')
export class MockWorldController {
  constructor(
    private readonly world: MockWorld,
    private readonly disputes: MockDisputes,
  ) {}

  @Get('knobs')
  @ApiOperation({ summary: 'How the mock behaves' })
  @ApiOkResponse({ type: KnobsView, description: 'Every knob as it stands' })
  @Problems(Unauthenticated, Forbidden)
  async readKnobs(): Promise<KnobsView> {
    return toKnobsView(await this.world.knobs());
  }

  @Put('knobs')
  @ApiOperation({
    summary: 'Have the mock behave badly, or well again',
    description: 'For every process at once. What is left out goes back to its default.',
  })
  @ApiOkResponse({ type: KnobsView, description: 'Every knob as it stands now' })
  @Problems(Unauthenticated, Forbidden, InvalidRequest)
  async turnKnobs(@Body() { webhooks = {}, fundsDelayMs }: TurnKnobs): Promise<KnobsView> {
    const funds = fundsDelayMs === undefined ? {} : { fundsDelayMs };
    return toKnobsView(await this.world.turn({ ...webhooks, ...funds }));
  }

  @Post('disputes/:gatewayDisputeId/close')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Decide a dispute as the bank would',
    description: 'For the dispute over a payment with pm_dispute. The gateway then tells the platform.',
  })
  @ApiOkResponse({ type: ClosedDisputeView, description: 'The dispute, decided' })
  @Problems(Unauthenticated, Forbidden, ResourceNotFound, DisputeDecided, InvalidRequest)
  async closeDispute(
    @Param('gatewayDisputeId') gatewayDisputeId: string,
    @Body() { outcome }: CloseDispute,
  ): Promise<ClosedDisputeView> {
    const { status } = await this.disputes.close(gatewayDisputeId, outcome);
    return { gatewayDisputeId, status };
  }
}
