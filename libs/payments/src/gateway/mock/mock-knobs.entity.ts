import { bigintColumn } from '@app/database';
import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** How the mock's world behaves: the only row there is. Until it is written everything is as usual. */
@Entity('mock_gateway_knobs')
@Check('mock_gateway_knobs_one_check', 'id = 1')
export class MockKnobs {
  @PrimaryColumn('smallint', { primaryKeyConstraintName: 'mock_gateway_knobs_pkey' })
  id = 1;

  /** Each webhook is sent twice. */
  @Column('boolean')
  duplicate = false;

  /** Each webhook waits a random while, so that they overtake each other. */
  @Column('boolean')
  reorder = false;

  @Column('integer', { name: 'delay_ms' })
  delayMs = 0;

  /** No webhook is sent. */
  @Column('boolean')
  drop = false;

  /** How long a charge takes to become available for transfers. */
  @Column('bigint', { name: 'funds_delay_ms', transformer: bigintColumn })
  fundsDelayMs = 0;
}
