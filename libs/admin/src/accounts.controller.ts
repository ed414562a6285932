import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  EnumField,
  Forbidden,
  IdParam,
  InvalidRequest,
  PageQuery,
  Problems,
  ResourceNotFound,
  Roles,
  TextField,
  type Page,
} from '@app/http';
import { UserPage, Users, type UserView } from '@app/users';
import {
  toVendorView,
  VENDOR_STATUSES,
  VendorPage,
  Vendors,
  VendorTransitionNotAllowed,
  VendorView,
  type VendorStatus,
} from '@app/vendors';

class VendorQuery extends PageQuery {
  @EnumField(VENDOR_STATUSES, { optional: true })
  status?: VendorStatus;
}

class Decision {
  @TextField({ max: 500, description: 'Told to the vendor', example: 'The tax number is missing' })
  reason: string;
}

/** Who takes part in the marketplace. */
@ApiTags('admin')
@ApiBearerAuth()
@Roles('admin')
@Controller('admin')
export class AccountsController {
  constructor(
    private readonly users: Users,
    private readonly vendors: Vendors,
  ) {}

  @Get('users')
  @ApiOperation({ summary: 'All users, newest first' })
  @ApiOkResponse({ type: UserPage, description: 'One page of users, closed and deleted accounts among them' })
  @Problems(Forbidden, InvalidRequest)
  listUsers(@Query() query: PageQuery): Promise<Page<UserView>> {
    return this.users.findPage(query);
  }

  @Get('vendors')
  @ApiOperation({ summary: 'All vendors, or those of one status; newest first' })
  @ApiOkResponse({ type: VendorPage, description: 'One page of vendors' })
  @Problems(Forbidden, InvalidRequest)
  async listVendors(@Query() query: VendorQuery): Promise<Page<VendorView>> {
    const { data, nextCursor } = await this.vendors.list(query);
    return { data: data.map((vendor) => toVendorView(vendor)), nextCursor };
  }

  @Post('vendors/:id/approve')
  @HttpCode(200)
  @ApiOperation({ summary: 'Let a vendor sell', description: 'Also lifts a suspension.' })
  @ApiOkResponse({ type: VendorView, description: 'The vendor, approved' })
  @Problems(VendorTransitionNotAllowed, ResourceNotFound, Forbidden, InvalidRequest)
  async approve(@IdParam() id: string): Promise<VendorView> {
    return toVendorView(await this.vendors.approve(id));
  }

  @Post('vendors/:id/reject')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Turn an application down',
    description: 'The vendor may correct it and is pending again.',
  })
  @ApiOkResponse({ type: VendorView, description: 'The vendor, rejected' })
  @Problems(VendorTransitionNotAllowed, ResourceNotFound, Forbidden, InvalidRequest)
  async reject(@IdParam() id: string, @Body() { reason }: Decision): Promise<VendorView> {
    return toVendorView(await this.vendors.reject(id, reason));
  }

  @Post('vendors/:id/suspend')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Stop a vendor from selling',
    description: 'Confirmed bookings stand; nothing new is sold.',
  })
  @ApiOkResponse({ type: VendorView, description: 'The vendor, suspended' })
  @Problems(VendorTransitionNotAllowed, ResourceNotFound, Forbidden, InvalidRequest)
  async suspend(@IdParam() id: string, @Body() { reason }: Decision): Promise<VendorView> {
    return toVendorView(await this.vendors.suspend(id, reason));
  }
}
