import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import type { ProblemType } from '@app/kernel';
import { IntegerField, TextField } from './fields.js';
import { statusOf } from './problem.filter.js';

/** RFC 9457. `type` is stable: match on it, never on the texts. */
export class Problem {
  @TextField({ description: 'Stable name of the error', example: '/problems/invalid-request' })
  type: string;

  @TextField({ description: 'The same for every occurrence of the type' })
  title: string;

  @IntegerField({ description: 'The HTTP status' })
  status: number;

  @TextField({ description: 'What was wrong this time, and what would be right' })
  detail: string;

  @TextField({ description: 'Quote it when you report a problem' })
  requestId: string;
}

const PROBLEMS = 'travellr:problems';

/** Documents the errors a route can answer, grouped by status, one example for each. What several of these name adds up. */
export function Problems(...types: ProblemType[]): MethodDecorator {
  return (target, property, descriptor) => {
    const handler = descriptor.value as object;
    const earlier = (Reflect.getMetadata(PROBLEMS, handler) ?? []) as ProblemType[];
    const all = [...new Set([...types, ...earlier])];
    Reflect.defineMetadata(PROBLEMS, all, handler);
    applyDecorators(ApiExtraModels(Problem), ...responsesOf(all))(target, property, descriptor);
  };
}

function responsesOf(types: readonly ProblemType[]): MethodDecorator[] {
  const byStatus = new Map<number, ProblemType[]>();
  for (const type of types) {
    const status = statusOf(type.kind);
    byStatus.set(status, [...(byStatus.get(status) ?? []), type]);
  }
  return [...byStatus].map(([status, group]) =>
    ApiResponse({
      status,
      description: group.map(({ title }) => title).join('. '),
      content: {
        'application/problem+json': {
          schema: { $ref: getSchemaPath(Problem) },
          examples: Object.fromEntries(
            group.map(({ code, title }) => [code, { value: { type: `/problems/${code}`, title, status } }]),
          ),
        },
      },
    }),
  );
}
