import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { AdminPolicy as _beamline_flow_v1_AdminPolicy, AdminPolicy__Output as _beamline_flow_v1_AdminPolicy__Output } from './beamline/flow/v1/AdminPolicy.js';
import type { AdminProvider as _beamline_flow_v1_AdminProvider, AdminProvider__Output as _beamline_flow_v1_AdminProvider__Output } from './beamline/flow/v1/AdminProvider.js';
import type { AdminRule as _beamline_flow_v1_AdminRule, AdminRule__Output as _beamline_flow_v1_AdminRule__Output } from './beamline/flow/v1/AdminRule.js';
import type { CheckpointStatus as _beamline_flow_v1_CheckpointStatus, CheckpointStatus__Output as _beamline_flow_v1_CheckpointStatus__Output } from './beamline/flow/v1/CheckpointStatus.js';
import type { DeletePolicyRequest as _beamline_flow_v1_DeletePolicyRequest, DeletePolicyRequest__Output as _beamline_flow_v1_DeletePolicyRequest__Output } from './beamline/flow/v1/DeletePolicyRequest.js';
import type { DeletePolicyResponse as _beamline_flow_v1_DeletePolicyResponse, DeletePolicyResponse__Output as _beamline_flow_v1_DeletePolicyResponse__Output } from './beamline/flow/v1/DeletePolicyResponse.js';
import type { GetCheckpointStatusRequest as _beamline_flow_v1_GetCheckpointStatusRequest, GetCheckpointStatusRequest__Output as _beamline_flow_v1_GetCheckpointStatusRequest__Output } from './beamline/flow/v1/GetCheckpointStatusRequest.js';
import type { GetCheckpointStatusResponse as _beamline_flow_v1_GetCheckpointStatusResponse, GetCheckpointStatusResponse__Output as _beamline_flow_v1_GetCheckpointStatusResponse__Output } from './beamline/flow/v1/GetCheckpointStatusResponse.js';
import type { GetPolicyRequest as _beamline_flow_v1_GetPolicyRequest, GetPolicyRequest__Output as _beamline_flow_v1_GetPolicyRequest__Output } from './beamline/flow/v1/GetPolicyRequest.js';
import type { GetPolicyResponse as _beamline_flow_v1_GetPolicyResponse, GetPolicyResponse__Output as _beamline_flow_v1_GetPolicyResponse__Output } from './beamline/flow/v1/GetPolicyResponse.js';
import type { GetValidatorsHealthRequest as _beamline_flow_v1_GetValidatorsHealthRequest, GetValidatorsHealthRequest__Output as _beamline_flow_v1_GetValidatorsHealthRequest__Output } from './beamline/flow/v1/GetValidatorsHealthRequest.js';
import type { GetValidatorsHealthResponse as _beamline_flow_v1_GetValidatorsHealthResponse, GetValidatorsHealthResponse__Output as _beamline_flow_v1_GetValidatorsHealthResponse__Output } from './beamline/flow/v1/GetValidatorsHealthResponse.js';
import type { ListPoliciesRequest as _beamline_flow_v1_ListPoliciesRequest, ListPoliciesRequest__Output as _beamline_flow_v1_ListPoliciesRequest__Output } from './beamline/flow/v1/ListPoliciesRequest.js';
import type { ListPoliciesResponse as _beamline_flow_v1_ListPoliciesResponse, ListPoliciesResponse__Output as _beamline_flow_v1_ListPoliciesResponse__Output } from './beamline/flow/v1/ListPoliciesResponse.js';
import type { Message as _beamline_flow_v1_Message, Message__Output as _beamline_flow_v1_Message__Output } from './beamline/flow/v1/Message.js';
import type { RouteDecision as _beamline_flow_v1_RouteDecision, RouteDecision__Output as _beamline_flow_v1_RouteDecision__Output } from './beamline/flow/v1/RouteDecision.js';
import type { RouteRequest as _beamline_flow_v1_RouteRequest, RouteRequest__Output as _beamline_flow_v1_RouteRequest__Output } from './beamline/flow/v1/RouteRequest.js';
import type { RouterClient as _beamline_flow_v1_RouterClient, RouterDefinition as _beamline_flow_v1_RouterDefinition } from './beamline/flow/v1/Router.js';
import type { RouterAdminClient as _beamline_flow_v1_RouterAdminClient, RouterAdminDefinition as _beamline_flow_v1_RouterAdminDefinition } from './beamline/flow/v1/RouterAdmin.js';
import type { UpsertPolicyRequest as _beamline_flow_v1_UpsertPolicyRequest, UpsertPolicyRequest__Output as _beamline_flow_v1_UpsertPolicyRequest__Output } from './beamline/flow/v1/UpsertPolicyRequest.js';
import type { UpsertPolicyResponse as _beamline_flow_v1_UpsertPolicyResponse, UpsertPolicyResponse__Output as _beamline_flow_v1_UpsertPolicyResponse__Output } from './beamline/flow/v1/UpsertPolicyResponse.js';
import type { ValidatorStatus as _beamline_flow_v1_ValidatorStatus, ValidatorStatus__Output as _beamline_flow_v1_ValidatorStatus__Output } from './beamline/flow/v1/ValidatorStatus.js';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  beamline: {
    flow: {
      v1: {
        AdminPolicy: MessageTypeDefinition<_beamline_flow_v1_AdminPolicy, _beamline_flow_v1_AdminPolicy__Output>
        AdminProvider: MessageTypeDefinition<_beamline_flow_v1_AdminProvider, _beamline_flow_v1_AdminProvider__Output>
        AdminRule: MessageTypeDefinition<_beamline_flow_v1_AdminRule, _beamline_flow_v1_AdminRule__Output>
        CheckpointStatus: MessageTypeDefinition<_beamline_flow_v1_CheckpointStatus, _beamline_flow_v1_CheckpointStatus__Output>
        DeletePolicyRequest: MessageTypeDefinition<_beamline_flow_v1_DeletePolicyRequest, _beamline_flow_v1_DeletePolicyRequest__Output>
        DeletePolicyResponse: MessageTypeDefinition<_beamline_flow_v1_DeletePolicyResponse, _beamline_flow_v1_DeletePolicyResponse__Output>
        GetCheckpointStatusRequest: MessageTypeDefinition<_beamline_flow_v1_GetCheckpointStatusRequest, _beamline_flow_v1_GetCheckpointStatusRequest__Output>
        GetCheckpointStatusResponse: MessageTypeDefinition<_beamline_flow_v1_GetCheckpointStatusResponse, _beamline_flow_v1_GetCheckpointStatusResponse__Output>
        GetPolicyRequest: MessageTypeDefinition<_beamline_flow_v1_GetPolicyRequest, _beamline_flow_v1_GetPolicyRequest__Output>
        GetPolicyResponse: MessageTypeDefinition<_beamline_flow_v1_GetPolicyResponse, _beamline_flow_v1_GetPolicyResponse__Output>
        GetValidatorsHealthRequest: MessageTypeDefinition<_beamline_flow_v1_GetValidatorsHealthRequest, _beamline_flow_v1_GetValidatorsHealthRequest__Output>
        GetValidatorsHealthResponse: MessageTypeDefinition<_beamline_flow_v1_GetValidatorsHealthResponse, _beamline_flow_v1_GetValidatorsHealthResponse__Output>
        ListPoliciesRequest: MessageTypeDefinition<_beamline_flow_v1_ListPoliciesRequest, _beamline_flow_v1_ListPoliciesRequest__Output>
        ListPoliciesResponse: MessageTypeDefinition<_beamline_flow_v1_ListPoliciesResponse, _beamline_flow_v1_ListPoliciesResponse__Output>
        Message: MessageTypeDefinition<_beamline_flow_v1_Message, _beamline_flow_v1_Message__Output>
        RouteDecision: MessageTypeDefinition<_beamline_flow_v1_RouteDecision, _beamline_flow_v1_RouteDecision__Output>
        RouteRequest: MessageTypeDefinition<_beamline_flow_v1_RouteRequest, _beamline_flow_v1_RouteRequest__Output>
        /**
         * Decides which provider serves a task.
         */
        Router: SubtypeConstructor<typeof grpc.Client, _beamline_flow_v1_RouterClient> & { service: _beamline_flow_v1_RouterDefinition }
        /**
         * Policies and the health of the router, for operators.
         */
        RouterAdmin: SubtypeConstructor<typeof grpc.Client, _beamline_flow_v1_RouterAdminClient> & { service: _beamline_flow_v1_RouterAdminDefinition }
        UpsertPolicyRequest: MessageTypeDefinition<_beamline_flow_v1_UpsertPolicyRequest, _beamline_flow_v1_UpsertPolicyRequest__Output>
        UpsertPolicyResponse: MessageTypeDefinition<_beamline_flow_v1_UpsertPolicyResponse, _beamline_flow_v1_UpsertPolicyResponse__Output>
        ValidatorStatus: MessageTypeDefinition<_beamline_flow_v1_ValidatorStatus, _beamline_flow_v1_ValidatorStatus__Output>
      }
    }
  }
}

