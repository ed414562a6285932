import type { Config } from '@app/config';
import type { DynamicModule } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import { stdSerializers } from 'pino';
import { requestOfLine } from './request-log.js';

/** JSON lines, or readable ones on a terminal. Never a header, a body, or the row that a query failed on. */
export function logging(config: Config): DynamicModule {
  const readable = process.stdout.isTTY && config.env !== 'production';
  return LoggerModule.forRoot({
    // Not as a middleware: see logRequests.
    forRoutes: [],
    pinoHttp: {
      level: config.log.level,
      mixin: requestOfLine,
      wrapSerializers: false,
      serializers: {
        req: ({ id, method, url }: { id: string; method: string; url: string }) => ({
          id,
          method,
          url: withoutTokens(url),
        }),
        res: ({ statusCode }: { statusCode: number }) => ({ statusCode }),
        err: (error: Error) => {
          const { type, message, stack, code } = stdSerializers.err(error);
          return { type, message, stack, code };
        },
      },
      hooks: {
        logMethod(line, method, level) {
          if (!isRouteMap(line[0]) || level > INFO) method.apply(this, line);
        },
      },
      ...(readable && {
        transport: { target: 'pino-pretty', options: { singleLine: true, ignore: 'pid,hostname' } },
      }),
    },
  });
}

const INFO = 30;

/** The link at the foot of a mail has one in it. */
function withoutTokens(url: string): string {
  return url.replaceAll(/([?&]token=)[^&]*/g, '$1…');
}

/** At start Nest tells of every module and route; those are in Swagger UI. */
function isRouteMap(line: unknown): boolean {
  const { context } = (line ?? {}) as { context?: string };
  return context !== undefined && ['InstanceLoader', 'RoutesResolver', 'RouterExplorer'].includes(context);
}
