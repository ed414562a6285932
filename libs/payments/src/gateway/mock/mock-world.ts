import type { Tx } from '@app/database';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { MockKnobs } from './mock-knobs.entity.js';

/** What goes on around the mock, as its knobs are set: on every process alike. */
@Injectable()
export class MockWorld {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  async knobs(tx?: Tx): Promise<MockKnobs> {
    return (await (tx ?? this.dataSource.manager).findOneBy(MockKnobs, { id: 1 })) ?? new MockKnobs();
  }

  /** What is left out goes back to what is usual. */
  async turn(settings: Partial<MockKnobs>): Promise<MockKnobs> {
    const knobs = Object.assign(new MockKnobs(), settings);
    await this.dataSource.manager.upsert(MockKnobs, knobs, ['id']);
    return knobs;
  }
}
