import {
  CurrencyField,
  CurrentUser,
  Forbidden,
  Idempotency,
  IdempotencyKey,
  Idempotent,
  IdParam,
  InstantField,
  InvalidRequest,
  MoneyField,
  MoneyView,
  Problems,
  ResourceNotFound,
  Roles,
  TextField,
  UuidField,
  type Actor,
  type IdempotentRequest,
} from '@app/http';
import { money } from '@app/kernel';
import { Body, Controller, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { BalanceNotNegative } from './write-off.errors.js';
import { WriteOffs } from './write-offs.service.js';

class WriteOffBalance {
  @CurrencyField()
  currency: string;

  @TextField({ max: 500, example: 'The business has closed' })
  reason: string;
}

class WriteOffView {
  @UuidField()
  id: string;

  @UuidField()
  vendorId: string;

  @MoneyField({ description: 'What the balance was below zero' })
  amount: MoneyView;

  @TextField({ max: 500, example: 'The business has closed' })
  reason: string;

  @InstantField()
  createdAt: string;
}

@ApiTags('admin money')
@ApiBearerAuth()
@Roles('admin')
@Controller('admin/vendors/:id/balance')
export class WriteOffsController {
  constructor(
    private readonly writeOffs: WriteOffs,
    private readonly idempotency: Idempotency,
  ) {}

  @Post('write-off')
  @Idempotent()
  @ApiOperation({
    summary: 'Give up what a vendor owes',
    description:
      'All of a balance that refunds or disputes after a payout have made negative; the platform bears it.',
  })
  @ApiCreatedResponse({ type: WriteOffView, description: 'What was written off' })
  @Problems(Forbidden, ResourceNotFound, BalanceNotNegative, InvalidRequest)
  async writeOff(
    @CurrentUser() actor: Actor,
    @IdParam() vendorId: string,
    @Body() { currency, reason }: WriteOffBalance,
    @IdempotencyKey() request?: IdempotentRequest,
  ): Promise<WriteOffView> {
    const order = { vendorId, currency, reason, writtenOffBy: actor.id };
    const made = await this.idempotency.run(
      request,
      () => this.writeOffs.writeOff(order, this.idempotency.recorder(request, 201)),
      (id) => this.writeOffs.get(id),
    );
    const { id, createdAt } = made;
    return {
      id,
      vendorId,
      amount: money(made.amount, made.currency),
      reason: made.reason,
      createdAt: createdAt.toISOString(),
    };
  }
}
