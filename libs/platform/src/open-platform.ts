import { developmentSecret, loadConfig, type Config } from '@app/config';
import { migrate, openDatabase } from '@app/database';

type Log = (line: string) => void;

/**
 * What every process does before it builds its application: reads the settings, finds or starts the database, migrates it.
 * @param onClose is handed the step that lets go of the database, before anything is opened.
 * @throws ConfigError, DatabaseUnusable with a message for the operator.
 */
export async function openPlatform(
  environment: Readonly<Record<string, string | undefined>>,
  log: Log,
  onClose: (step: () => Promise<void>) => void,
): Promise<Config> {
  const settings = loadConfig(environment);
  const opening = openDatabase(settings, log);
  onClose(async () => {
    const database = await opening.catch(() => undefined);
    await database?.close();
  });
  const { url, directUrl } = await opening;
  if (settings.database.migrate) for (const name of await migrate(directUrl)) log(`migrated: ${name}`);
  return {
    ...settings,
    jwtSecret: settings.jwtSecret ?? (await developmentSecret(settings.dataDir)),
    database: { ...settings.database, url, directUrl },
  };
}
