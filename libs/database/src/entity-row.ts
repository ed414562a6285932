import type { EntityManager, ObjectType } from 'typeorm';

/**
 * The entity of a row that hand-written SQL has read whole (`SELECT *`), for where each microsecond counts: TypeORM builds its statement
 * and takes its answer apart anew each time.
 */
export function entityOfRow<T extends object>(
  type: ObjectType<T>,
  row: Readonly<Record<string, unknown>>,
  { connection }: Pick<EntityManager, 'connection'>,
): T {
  const metadata = connection.getMetadata(type);
  const entity = metadata.create() as Record<string, unknown>;
  for (const { propertyName, databaseName, transformer } of metadata.columns) {
    const value = row[databaseName];
    entity[propertyName] = transformer && !Array.isArray(transformer) ? transformer.from(value) : value;
  }
  return entity as T;
}
