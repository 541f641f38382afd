{{/* Where the queue is, YAML: as queue.url says it, otherwise as it is said for KEDA, which cannot read a Secret's URL. */}}
{{- define "sandlot.queue" -}}
{{- $queue := .Values.queue -}}
{{- if and $queue.url (or .Values.redis.enabled $queue.existingSecret) -}}
{{- fail (printf "queue.url is set, and so is %s: say which of the two is meant" (.Values.redis.enabled | ternary "redis.enabled" "queue.existingSecret")) -}}
{{- end -}}
{{- $addresses := compact (splitList "," $queue.address) -}}
{{- range $addresses -}}{{- $_ := include "sandlot.queuePort" (list "queue.address" .) -}}{{- end -}}
{{- if .Values.redis.enabled -}}
addresses: [{{ printf "%s:6379" (include "sandlot.redisHost" .) | quote }}]
kind: server
database: 0
tls: false
{{- else if $queue.url -}}
{{- include "sandlot.queueOfUrl" . -}}
{{- else -}}
addresses: {{ $addresses | toJson }}
kind: {{ $queue.kind }}
database: {{ $queue.database }}
tls: {{ $queue.tls }}
sentinelMaster: {{ $queue.sentinelMaster | quote }}
{{- end -}}
{{- end -}}

{{/* The same out of queue.url. Fails if another value says otherwise. */}}
{{- define "sandlot.queueOfUrl" -}}
{{- $queue := .Values.queue -}}
{{- $scheme := get (dict "server" "rediss?:" "sentinel" "rediss?[+]sentinel:" "cluster" "rediss?[+]cluster:") $queue.kind -}}
{{- if not (regexMatch (printf "^%s" $scheme) $queue.url) -}}
{{- fail (printf "queue.url is not that of queue.kind=%s: say which of the two is meant" $queue.kind) -}}
{{- end -}}
{{- $tls := hasPrefix "rediss" $queue.url -}}
{{- if and $queue.tls (not $tls) -}}
{{- fail "queue.tls is true, and queue.url begins with redis, which is without TLS: write rediss, or unset queue.tls" -}}
{{- end -}}
{{- $parts := regexReplaceAll "^[a-z+]+://([^/@]*@)?" $queue.url "" | splitList "/" -}}
{{- $path := concat (rest $parts) (list "" "") -}}
{{- $master := eq $queue.kind "sentinel" | ternary (first $path) "" -}}
{{- if and $queue.sentinelMaster (ne $queue.sentinelMaster $master) -}}
{{- fail (printf "queue.sentinelMaster=%s is not %s, which queue.url names: unset it" $queue.sentinelMaster $master) -}}
{{- end -}}
{{- $database := index $path (eq $queue.kind "sentinel" | ternary 1 0) | atoi -}}
{{- if and $queue.database (ne (int $queue.database) $database) -}}
{{- fail (printf "queue.database=%d is not %d, which queue.url names: unset it" (int $queue.database) $database) -}}
{{- end -}}
{{- $addresses := include "sandlot.addressesOfUrl" (list . (first $parts)) | fromJsonArray -}}
{{- $port := include "sandlot.queuePort" (list "queue.url" (first $addresses)) -}}
{{- if and $queue.address (eq $queue.kind "server") (ne $port (include "sandlot.queuePort" (list "queue.address" $queue.address))) -}}
{{- fail (printf "queue.address=%s is not %s, which queue.url names: unset it" $queue.address (first $addresses)) -}}
{{- end -}}
addresses: {{ $addresses | toJson }}
kind: {{ $queue.kind }}
database: {{ $database }}
tls: {{ $tls }}
sentinelMaster: {{ $master | quote }}
{{- end -}}

{{/* Called with (list $ "host,host:port"): the same as JSON with all ports, and with namespaces, since KEDA is in another. */}}
{{- define "sandlot.addressesOfUrl" -}}
{{- $root := index . 0 -}}
{{- $port := eq $root.Values.queue.kind "sentinel" | ternary 26379 6379 -}}
{{- $service := printf "${1}.%s.svc.%s:" $root.Release.Namespace $root.Values.cluster.domain -}}
{{- $addresses := list -}}
{{- range index . 1 | splitList "," -}}
{{- $address := regexMatch ":[0-9]+$" . | ternary . (printf "%s:%d" . $port) -}}
{{- $_ := include "sandlot.queuePort" (list "queue.url" $address) -}}
{{- $addresses = append $addresses (regexReplaceAll "^([^.:[]+):" $address $service) -}}
{{- end -}}
{{- $addresses | toJson -}}
{{- end -}}

{{/* Called with (list "path" "host:port"): the port, read as Sandlot reads it. `int` would take 06379 for an octal number. */}}
{{- define "sandlot.queuePort" -}}
{{- $port := index . 1 | regexFind "[0-9]+$" -}}
{{- $number := atoi $port -}}
{{- if or (lt $number 1) (gt $number 65535) (gt (len $port) 5) -}}
{{- /* Without the host, before which a password may be. */ -}}
{{- fail (printf "%s has the port %s, and ports are 1 to 65535: write the one where Redis listens" (index . 0) $port) -}}
{{- end -}}
{{- $number -}}
{{- end -}}

{{/* An annotation of pods: they read the URL at their start only. A Secret that is not the chart's cannot be known here. */}}
{{- define "sandlot.queueChecksum" -}}
{{- if and .Values.queue.url (not .Values.redis.enabled) -}}
checksum/queue: {{ sha256sum .Values.queue.url }}
{{- end -}}
{{- end -}}

{{/* Ports that lead to it, JSON: what is in its addresses, and what the network policy says. */}}
{{- define "sandlot.queuePorts" -}}
{{- $queue := include "sandlot.queue" . | fromYaml -}}
{{- $policy := .Values.networkPolicy -}}
{{- $isSentinel := eq $queue.kind "sentinel" -}}
{{- $known := list -}}
{{- range $queue.addresses -}}{{- $known = append $known (regexFind "[0-9]+$" . | atoi) -}}{{- end -}}
{{- $said := $isSentinel | ternary $policy.sentinelPort $policy.redisPort | int -}}
{{- if and $known $said (ne $queue.kind "cluster") (not (has $said $known)) -}}
{{- fail (printf "networkPolicy.%s=%d is not the port in queue.url or queue.address, %s: unset it" ($isSentinel | ternary "sentinelPort" "redisPort") $said (join "," $known)) -}}
{{- end -}}
{{- if $said -}}{{- $known = append $known $said -}}{{- end -}}
{{- $ports := $known | default (list ($isSentinel | ternary 26379 6379)) -}}
{{- if $isSentinel -}}{{- $ports = prepend $ports ($policy.redisPort | int | default 6379) -}}{{- end -}}
{{- $ports | uniq | toJson -}}
{{- end -}}
