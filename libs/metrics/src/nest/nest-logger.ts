import type { LoggerService } from '@nestjs/common';
import type { Logger, LogLevel } from '../adapters/logger.js';

/** Lets Nest log through our logger: `NestFactory.create(AppModule, { logger: new PinoNestLogger(logger) })`. */
export class PinoNestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...details: readonly unknown[]): void {
    this.#write('info', message, details);
  }

  warn(message: unknown, ...details: readonly unknown[]): void {
    this.#write('warn', message, details);
  }

  error(message: unknown, ...details: readonly unknown[]): void {
    this.#write('error', message, details);
  }

  fatal(message: unknown, ...details: readonly unknown[]): void {
    this.#write('error', message, details);
  }

  debug(message: unknown, ...details: readonly unknown[]): void {
    this.#write('debug', message, details);
  }

  verbose(message: unknown, ...details: readonly unknown[]): void {
    this.#write('debug', message, details);
  }

  /** Nest puts the name of the class that speaks last, and the stack of an error before it. */
  #write(level: LogLevel, message: unknown, details: readonly unknown[]): void {
    const source = details.at(-1);
    const rest = details.slice(0, -1);
    const isText = typeof message === 'string';
    const context = {
      ...(source === undefined ? {} : { source }),
      ...(rest.length === 0 ? {} : { details: rest }),
      ...(isText ? {} : { value: message }),
    };
    this.logger[level](isText ? message : textOf(message), { context });
  }
}

function textOf(message: unknown): string {
  return message instanceof Error ? message.message : 'see context';
}
