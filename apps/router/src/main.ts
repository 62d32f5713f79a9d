import 'reflect-metadata';
import { renameSync, writeFileSync } from 'node:fs';
import { ConfigError, describeConfig, loadRouterConfig, type RouterConfig } from '@beamline/config';
import { createLogger, PinoNestLogger, Registry } from '@beamline/metrics';
import { createRouter, type RunningRouter } from './create-router.js';
import { routerObservers } from './observers.js';
import { whenToldToStop } from './when-told-to-stop.js';
