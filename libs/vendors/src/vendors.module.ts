import { Memberships, UsersModule } from '@app/users';
import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { VendorMember } from './vendor-member.entity.js';
import { VendorMemberships } from './vendor-memberships.js';
import { Vendor } from './vendor.entity.js';
import { VendorsController } from './vendors.controller.js';
import { Vendors } from './vendors.service.js';

/** Global for the sake of {@link Memberships}, a port of the users module, which must not import this one. */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([Vendor, VendorMember]), UsersModule],
  controllers: [VendorsController],
  providers: [Vendors, { provide: Memberships, useClass: VendorMemberships }],
  exports: [Vendors, Memberships],
})
export class VendorsModule {}
