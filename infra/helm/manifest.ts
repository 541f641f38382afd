/** Of a manifest, what is looked at here. `checkFields` sees to the rest. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  /** Of a ConfigMap. */
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: {
    readonly template?: PodTemplate;
    /** Of a NetworkPolicy. */
    readonly ingress?: readonly NetworkRule[];
    readonly egress?: readonly NetworkRule[];
    /** Of a PodDisruptionBudget. */
    readonly maxUnavailable?: number | string;
    /** Of a ScaledObject. */
    readonly triggers?: readonly Trigger[];
    readonly advanced?: { readonly scalingModifiers: ScalingModifiers };
  };
}

export interface PodTemplate {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: PodSpec;
}

export interface PodSpec {
  readonly hostUsers?: boolean;
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly runtimeClassName?: string;
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly automountServiceAccountToken?: boolean;
  readonly terminationGracePeriodSeconds?: number;
  readonly securityContext?: SecurityContext;
  readonly initContainers?: readonly Container[];
  readonly containers: readonly [Container, ...(readonly Container[])];
  /** By name, and one more field that says the kind. */
  readonly volumes?: readonly Readonly<Record<string, unknown>>[];
}

export interface Container {
  readonly name: string;
  readonly args?: readonly string[];
  readonly command?: readonly string[];
  readonly env?: readonly Variable[];
  readonly securityContext?: SecurityContext;
  readonly lifecycle?: { readonly preStop: { readonly sleep: { readonly seconds: number } } };
}

export interface Variable {
  readonly name: string;
  /** Absent if it comes from a Secret. */
  readonly value?: string;
}

export interface Profile {
  readonly type: 'Localhost' | 'RuntimeDefault' | 'Unconfined';
  readonly localhostProfile?: string;
}

/** Of a pod or of a container. */
export interface SecurityContext {
  readonly runAsUser?: number;
  readonly runAsNonRoot?: boolean;
  readonly privileged?: boolean;
  readonly allowPrivilegeEscalation?: boolean;
  readonly readOnlyRootFilesystem?: boolean;
  readonly procMount?: 'Default' | 'Unmasked';
  readonly capabilities?: { readonly drop?: readonly string[]; readonly add?: readonly string[] };
  readonly seccompProfile?: Profile;
  readonly appArmorProfile?: Profile;
  readonly seLinuxOptions?: { readonly type?: string };
}

export interface NetworkRule {
  readonly ports: readonly { readonly port: number }[];
  readonly from?: readonly object[];
}

export interface Trigger {
  readonly type: string;
  readonly name: string;
  readonly metadata: { readonly listName: string; readonly databaseIndex: string };
}

export interface ScalingModifiers {
  readonly formula: string;
  readonly target: string;
  readonly metricType: string;
}

/** The parts of values.yaml that have to fit to each other. */
export interface Values {
  readonly maxima: { readonly MEMORY_BYTES: string };
  readonly worker: {
    readonly concurrency: number;
    readonly drainSeconds: number;
    readonly resources: {
      readonly requests: { readonly memory: string };
      readonly limits: { readonly memory: string };
    };
  };
}
