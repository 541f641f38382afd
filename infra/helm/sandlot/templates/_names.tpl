{{- define "sandlot.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- (contains $name .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name $name)) | trunc 50 | trimSuffix "-" -}}
{{- end -}}
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

{{/* Keys of that Secret: the chart's own has fixed ones. */}}
{{- define "sandlot.queueUrlKey" -}}
{{- if and .Values.queue.existingSecret (not .Values.redis.enabled) }}{{ .Values.queue.urlKey }}{{ else }}url{{ end -}}
{{- end -}}

{{- define "sandlot.queuePasswordKey" -}}
{{- if and .Values.queue.existingSecret (not .Values.redis.enabled) }}{{ .Values.queue.passwordKey }}{{ else }}password{{ end -}}
{{- end -}}
