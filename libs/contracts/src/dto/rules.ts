import { Type } from 'class-transformer';
import {
  buildMessage,
  isObject,
  ValidateBy,
  ValidateNested,
  type ValidationOptions,
} from 'class-validator';

/** Names of our own rules, as validation metadata and as the keys of their JSON schema converters. */
export const TEXT_OF = 'textOf';
export const TEXT_LIKE = 'textLike';
export const NESTED = 'nested';

/** A string of `min` to `max` UTF-16 units. */
export function TextOf(min: number, max: number, options?: ValidationOptions): PropertyDecorator {
  return ValidateBy(
    {
      name: TEXT_OF,
      constraints: [min, max],
      validator: {
        validate: (value: unknown) =>
          typeof value === 'string' && value.length >= min && value.length <= max,
        defaultMessage: buildMessage(
          () => `$property must be a string of ${min} to ${max} characters`,
        ),
      },
    },
    options,
  );
}

/** A string that matches `pattern`, which `rule` puts into words. */
export function TextLike(
  pattern: RegExp,
  rule: string,
  options?: ValidationOptions,
): PropertyDecorator {
  return ValidateBy(
    {
      name: TEXT_LIKE,
      constraints: [pattern.source, rule],
      validator: {
        validate: (value: unknown) => typeof value === 'string' && pattern.test(value),
        defaultMessage: buildMessage(() => `$property ${rule}`),
      },
    },
    options,
  );
}

/** An object that is itself valid by the decorators of `dto`. With `{ each: true }`: a list of such objects. */
export function Nested(dto: new () => object, options: ValidationOptions = {}): PropertyDecorator {
  const isNested = ValidateBy(
    {
      name: NESTED,
      constraints: [dto],
      validator: {
        validate: (value: unknown) => isObject(value),
        defaultMessage: buildMessage((each) => `${each}$property must be an object`, options),
      },
    },
    options,
  );
  return (target, property) => {
    Type(() => dto)(target, property);
    ValidateNested(options)(target, property);
    isNested(target, property);
  };
}
