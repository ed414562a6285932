import {
  CurrentUser,
  IdParam,
  InvalidRequest,
  PageQuery,
  Problems,
  ResourceNotFound,
  Unauthenticated,
  type Actor,
  type Page,
} from '@app/http';
import { Body, Controller, Get, Patch, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  RegisterVendor,
  toVendorMemberView,
  toVendorView,
  UpdateVendor,
  VendorMemberPage,
  VendorView,
  type VendorMemberView,
} from './vendor.dto.js';
import { Vendors } from './vendors.service.js';

@ApiTags('vendors')
@ApiBearerAuth()
@Controller('vendors')
export class VendorsController {
  constructor(private readonly vendors: Vendors) {}

  @Post()
  @ApiOperation({
    summary: 'Register a business',
    description: 'You become its owner. It sells once an admin has approved it.',
  })
  @ApiCreatedResponse({ type: VendorView, description: 'The vendor, which waits for approval' })
  @Problems(Unauthenticated, InvalidRequest)
  async register(@CurrentUser() actor: Actor, @Body() body: RegisterVendor): Promise<VendorView> {
    return toVendorView(await this.vendors.register(actor.id, body));
  }

  @Get(':id')
  @ApiOperation({ summary: 'A vendor, to its members and to admins' })
  @ApiOkResponse({ type: VendorView, description: 'The vendor' })
  @Problems(Unauthenticated, ResourceNotFound, InvalidRequest)
  async find(@CurrentUser() actor: Actor, @IdParam() id: string): Promise<VendorView> {
    return toVendorView(await this.vendors.requireMember(actor, id));
  }

  @Patch(':id')
  @ApiOperation({
    summary: 'Change a vendor',
    description: 'A vendor that was rejected is pending again afterwards.',
  })
  @ApiOkResponse({ type: VendorView, description: 'The vendor, changed' })
  @Problems(Unauthenticated, ResourceNotFound, InvalidRequest)
  async update(
    @CurrentUser() actor: Actor,
    @IdParam() id: string,
    @Body() body: UpdateVendor,
  ): Promise<VendorView> {
    return toVendorView(await this.vendors.update(actor, id, body));
  }

  @Get(':id/members')
  @ApiOperation({ summary: 'Who acts for a vendor' })
  @ApiOkResponse({ type: VendorMemberPage, description: 'One page of members, by user id' })
  @Problems(Unauthenticated, ResourceNotFound, InvalidRequest)
  async members(
    @CurrentUser() actor: Actor,
    @IdParam() id: string,
    @Query() query: PageQuery,
  ): Promise<Page<VendorMemberView>> {
    const { data, nextCursor } = await this.vendors.listMembers(actor, id, query);
    return { data: data.map(toVendorMemberView), nextCursor };
  }
}
