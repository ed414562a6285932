import { MODULE_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import type { DynamicModule, Type } from '@nestjs/common';

type Class = Type<object>;

/** The class of a body or of a query, by how routes take it. */
export interface RequestClass {
  readonly type: 'body' | 'query';
  readonly metatype: Class;
}

/** Those of every route under `root`, each once: what Nest hands to the global pipe. */
export function requestClassesOf(root: DynamicModule): RequestClass[] {
  const found = new Map<string, RequestClass>();
  for (const controller of controllersUnder(root, new Set()))
    for (const one of requestClassesOfController(controller))
      found.set(`${one.type} ${one.metatype.name}`, one);
  return [...found.values()];
}

function controllersUnder(module: DynamicModule | Class, seen: Set<unknown>): Class[] {
  const type = typeof module === 'function' ? module : module.module;
  if (seen.has(module)) return [];
  seen.add(module);
  const declared = (key: 'imports' | 'controllers'): unknown[] => [
    ...((Reflect.getMetadata(MODULE_METADATA[key.toUpperCase() as 'IMPORTS' | 'CONTROLLERS'], type) ??
      []) as unknown[]),
    ...(typeof module === 'function' ? [] : ((module[key] ?? []) as unknown[])),
  ];
  const imported = declared('imports').filter(
    (one): one is DynamicModule | Class =>
      typeof one === 'function' || (typeof one === 'object' && one !== null && 'module' in one),
  );
  return [...(declared('controllers') as Class[]), ...imported.flatMap((one) => controllersUnder(one, seen))];
}

function requestClassesOfController(controller: Class): RequestClass[] {
  const prototype = controller.prototype as object;
  return Object.getOwnPropertyNames(prototype).flatMap((method) => {
    const taken = Object.keys((Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method) ?? {}) as object);
    const types = (Reflect.getMetadata('design:paramtypes', prototype, method) ?? []) as Class[];
    return taken.flatMap((key): RequestClass[] => {
      const [kind, index] = key.split(':').map(Number) as [number, number];
      const type =
        kind === Number(RouteParamtypes.BODY)
          ? 'body'
          : kind === Number(RouteParamtypes.QUERY)
            ? 'query'
            : undefined;
      const metatype = types[index];
      return type && metatype && metatype !== Object && metatype !== (String as unknown)
        ? [{ type, metatype }]
        : [];
    });
  });
}
