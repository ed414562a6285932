import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { Patrons } from '@app/trips';
import { Booking } from './booking.entity.js';

/** Tells trips, who know nothing of bookings, who has booked one. */
@Injectable()
export class BookingPatrons extends Patrons {
  constructor(@InjectRepository(Booking) private readonly bookings: Repository<Booking>) {
    super();
  }

  hasBooked(userId: string, tripId: string): Promise<boolean> {
    return this.bookings.existsBy({ userId, tripId });
  }
}
