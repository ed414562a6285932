import {
  CurrentUser,
  EnumField,
  InvalidRequest,
  Problems,
  ResourceNotFound,
  TextField,
  Unauthenticated,
  type Actor,
} from '@app/http';
import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IntentState } from '../../payment.errors.js';
import { MockChallenges, type ChallengeOutcome } from './mock-challenges.js';

const CHALLENGE_OUTCOMES = ['pass', 'fail'] as const satisfies readonly ChallengeOutcome[];

export class Authenticate {
  @EnumField(CHALLENGE_OUTCOMES, { example: 'pass' })
  outcome: ChallengeOutcome;
}

export class AuthenticatedView {
  @TextField({ example: 'mock_pi_019a8e4c' })
  gatewayPaymentId: string;

  @EnumField(['succeeded', 'failed'], { description: 'At the gateway; the payment follows in a moment' })
  status: string;
}

/** Only there when the mock is the gateway: it plays the page on which a payer's bank asks who he is. */
@ApiTags('mock gateway')
@ApiBearerAuth()
@Controller('mock-gateway/payments')
export class MockGatewayController {
  constructor(private readonly challenges: MockChallenges) {}

  @Post(':gatewayPaymentId/authenticate')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Pass or fail a 3-D Secure challenge',
    description: 'For a payment with pm_3ds that requires an action. The gateway then tells the platform.',
  })
  @ApiOkResponse({ type: AuthenticatedView, description: 'What became of the payment at the gateway' })
  @Problems(Unauthenticated, ResourceNotFound, IntentState, InvalidRequest)
  async authenticate(
    @CurrentUser() actor: Actor,
    @Param('gatewayPaymentId') gatewayPaymentId: string,
    @Body() { outcome }: Authenticate,
  ): Promise<AuthenticatedView> {
    const { status } = (await this.challenges.finish(actor, gatewayPaymentId, outcome)).outcome;
    return { gatewayPaymentId, status };
  }
}
