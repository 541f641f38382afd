{{- /* Names of Services begin with a letter and have no dots. With "-redis", 52 letters are the most that a StatefulSet's pods can have in a label. */}}
{{- define "sandlot.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- $long := contains $name .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name $name) -}}
{{- $full := .Values.fullnameOverride | default ($long | replace "." "-" | trunc 46 | trimAll "-") -}}
{{- if not (regexMatch "^[a-z]" $full) -}}
{{- fail (printf "A Service cannot be called %s-api, since its name must begin with a letter: set fullnameOverride" $full) -}}
{{- end -}}
{{- $full -}}
{{- end -}}

{{/* Called with (list $ "component"). */}}
{{- define "sandlot.selector" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: {{ default $root.Chart.Name $root.Values.nameOverride | quote }}
app.kubernetes.io/instance: {{ $root.Release.Name | quote }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end -}}

{{- define "sandlot.labels" -}}
{{- $root := index . 0 -}}
{{ include "sandlot.selector" . }}
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "sandlot.image" -}}
{{ .Values.image.repository }}:{{ default .Chart.AppVersion .Values.image.tag }}
{{- end -}}

{{- define "sandlot.storeClaim" -}}
{{ default (printf "%s-store" (include "sandlot.fullname" .)) .Values.store.existingClaim }}
{{- end -}}

{{- define "sandlot.redisHost" -}}
{{ include "sandlot.fullname" . }}-redis.{{ .Release.Namespace }}.svc.{{ .Values.cluster.domain }}
{{- end -}}

{{/* Name of the Secret that holds the queue's URL. */}}
{{- define "sandlot.queueSecret" -}}
{{- if .Values.redis.enabled -}}
{{ default (printf "%s-queue" (include "sandlot.fullname" .)) .Values.redis.existingSecret }}
{{- else -}}
{{ default (printf "%s-queue" (include "sandlot.fullname" .)) .Values.queue.existingSecret }}
{{- end -}}
{{- end -}}

{{/* Keys of that Secret: the chart's own has fixed ones, and a password only for the chart's own Redis. */}}
{{- define "sandlot.queueUrlKey" -}}
{{- if and .Values.queue.existingSecret (not .Values.redis.enabled) }}{{ .Values.queue.urlKey }}{{ else }}url{{ end -}}
{{- end -}}

{{- define "sandlot.queuePasswordKey" -}}
{{- if .Values.redis.enabled }}password{{ else if .Values.queue.existingSecret }}{{ .Values.queue.passwordKey }}{{ end -}}
{{- end -}}

{{/* Called with (list "path.of.the.value" $path): that path, which may not lead upwards. */}}
{{- define "sandlot.path" -}}
{{- if splitList "/" (index . 1) | has ".." -}}
{{- fail (printf "%s=%s has .. in it, which Kubernetes refuses: write the path without" (index . 0) (index . 1)) -}}
{{- end -}}
{{- index . 1 -}}
{{- end -}}
