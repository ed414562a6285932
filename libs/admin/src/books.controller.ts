import { Controller, Get } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrencyField, Forbidden, IntegerField, ListField, Problems, Roles, TextField } from '@app/http';
import { Statements } from '@app/ledger';

class AccountBalanceView {
  @TextField({ description: 'Vendors’ accounts are summed by name', example: 'gateway:balance' })
  account: string;

  @IntegerField({ description: 'Minor units, signed: debit positive', example: 10_000 })
  balance: number;
}

class CurrencyBalanceView {
  @CurrencyField()
  currency: string;

  @ListField(() => AccountBalanceView, { maxItems: 100 })
  accounts: readonly AccountBalanceView[];

  @IntegerField({ description: 'The sum of the balances: 0, or the books are wrong', example: 0 })
  total: number;
}

class TrialBalanceView {
  @ListField(() => CurrencyBalanceView, { maxItems: 200 })
  data: CurrencyBalanceView[];
}

@ApiTags('admin books')
@ApiBearerAuth()
@Roles('admin')
@Controller('admin/ledger')
export class BooksController {
  constructor(private readonly statements: Statements) {}

  @Get('trial-balance')
  @ApiOperation({ summary: 'The balance of every account, by currency' })
  @ApiOkResponse({
    type: TrialBalanceView,
    description: 'The balances; in each currency they add up to `total`, which is 0',
  })
  @Problems(Forbidden)
  async trialBalance(): Promise<TrialBalanceView> {
    return { data: await this.statements.trialBalance() };
  }
}
