{{/* What the worker's pod asks for, as YAML: the preset, and what worker.isolation says otherwise. */}}
{{- define "sandlot.isolation" -}}
{{- /* In full each: `merge` takes false and '' for unset. */ -}}
{{- $presets := dict
  "full" (dict "hostUsers" false "procMount" "Unmasked" "seccompProfile" "Localhost" "appArmorProfile" "Localhost" "writableCgroups" true "minimumTier" "T0" "nodeProc" false)
  "restricted" (dict "hostUsers" false "procMount" "Default" "seccompProfile" "Localhost" "appArmorProfile" "Localhost" "writableCgroups" true "minimumTier" "T4" "nodeProc" false)
  "legacy" (dict "hostUsers" true "procMount" "Default" "seccompProfile" "Localhost" "appArmorProfile" "Localhost" "writableCgroups" false "minimumTier" "T4" "nodeProc" false)
-}}
{{- $isolation := get $presets .Values.worker.preset | deepCopy -}}
{{- range $field, $value := .Values.worker.isolation -}}
{{- $_ := set $isolation $field $value -}}
{{- end -}}
{{- if and $isolation.hostUsers (eq $isolation.procMount "Unmasked") -}}
{{- fail "worker.isolation: procMount Unmasked takes hostUsers false, or Kubernetes refuses the pod" -}}
{{- end -}}
{{- if and $isolation.hostUsers (eq .Values.worker.cgroupOwner "root") -}}
{{- fail "worker.cgroupOwner root takes hostUsers false: the container would begin as root of the node" -}}
{{- end -}}
{{- if and $isolation.nodeProc (not $isolation.hostUsers) -}}
{{- fail "worker.isolation.nodeProc takes hostUsers true, as preset legacy has it: the kernel maps no ids on the node's /proc" -}}
{{- end -}}
{{- if and (eq .Values.worker.preset "restricted") (eq .Values.worker.cgroupOwner "root") -}}
{{- fail "worker.cgroupOwner root takes capabilities, which Pod Security restricted refuses: use preset full" -}}
{{- end -}}
{{- toYaml $isolation -}}
{{- end -}}

{{/* Called with (list $ $isolation): securityContext of the pod. */}}
{{- define "sandlot.podSecurityContext" -}}
{{- $root := index . 0 -}}
{{- $isolation := index . 1 -}}
{{- if eq $root.Values.worker.cgroupOwner "root" -}}
runAsNonRoot: false
runAsUser: 0
runAsGroup: 0
{{- else -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
{{- end }}
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: {{ $isolation.seccompProfile }}
  {{- if eq $isolation.seccompProfile "Localhost" }}
  localhostProfile: {{ include "sandlot.path" (list "worker.seccomp.localhostProfile" $root.Values.worker.seccomp.localhostProfile) | quote }}
  {{- end }}
{{- if $root.Values.cluster.appArmor }}
appArmorProfile:
  type: {{ $isolation.appArmorProfile }}
  {{- if eq $isolation.appArmorProfile "Localhost" }}
  localhostProfile: {{ $root.Values.worker.appArmor.localhostProfile | quote }}
  {{- end }}
{{- end }}
{{- if $root.Values.cluster.seLinux }}
seLinuxOptions:
  type: container_engine_t
{{- end }}
{{- end -}}

{{/* Called with (list $ $isolation): securityContext of the worker's container. */}}
{{- define "sandlot.containerSecurityContext" -}}
{{- $root := index . 0 -}}
{{- $isolation := index . 1 -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
{{- if ne $isolation.procMount "Default" }}
procMount: {{ $isolation.procMount }}
{{- end }}
capabilities:
  drop: [ALL]
  {{- if eq $root.Values.worker.cgroupOwner "root" }}
  add: [CHOWN, SETGID, SETUID]
  {{- end }}
{{- end -}}

{{/* Annotations by which a runtime makes the cgroup writable. */}}
{{- define "sandlot.cgroupAnnotations" -}}
{{- $root := index . 0 -}}
{{- $isolation := index . 1 -}}
{{- if $isolation.writableCgroups -}}
{{- if eq $root.Values.cluster.runtime "crio" -}}
cgroup2-mount-hierarchy-rw.crio.io: 'true'
io.kubernetes.cri-o.cgroup2-mount-hierarchy-rw: 'true'
{{- else if eq $root.Values.cluster.runtime "gke" -}}
node.gke.io/enable-writable-cgroups.worker: 'true'
{{- end -}}
{{- end -}}
{{- end -}}
