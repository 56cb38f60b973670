{{/* The configuration files of the services: the values' config with what the chart knows laid over it. */}}

{{- define "s2-stream.kafka" -}}
{{- $kafka := deepCopy .Values.kafka.properties -}}
{{- $_ := set $kafka "bootstrap.servers" (required "kafka.bootstrapServers is required: the brokers, host:port" .Values.kafka.bootstrapServers) -}}
{{- $_ := set $kafka "schema.registry.url" (required "schemaRegistry.url is required" .Values.schemaRegistry.url) -}}
{{- $tls := .Values.kafka.tls -}}
{{- $sasl := .Values.kafka.sasl -}}
{{- if $sasl.mechanism -}}
{{- $_ := set $kafka "security.protocol" (ternary "SASL_SSL" "SASL_PLAINTEXT" $tls.enabled) -}}
{{- $_ := set $kafka "sasl.mechanism" $sasl.mechanism -}}
{{- if $sasl.existingSecret -}}
{{- $_ := set $kafka "sasl.jaas.config" (include "s2-stream.jaas" .) -}}
{{- end -}}
{{- else if $tls.enabled -}}
{{- $_ := set $kafka "security.protocol" "SSL" -}}
{{- end -}}
{{- if and $tls.enabled $tls.caSecret.name -}}
{{- $_ := set $kafka "ssl.truststore.type" "PEM" -}}
{{- $_ := set $kafka "ssl.truststore.location" (printf "/etc/s2/kafka-ca/%s" $tls.caSecret.key) -}}
{{- end -}}
{{- if and $tls.enabled $tls.clientSecret.name -}}
{{- $_ := set $kafka "ssl.keystore.type" "PEM" -}}
{{- $_ := set $kafka "ssl.keystore.certificate.chain" (printf "${file:/etc/s2/kafka-client/%s}" $tls.clientSecret.certificateKey) -}}
{{- $_ := set $kafka "ssl.keystore.key" (printf "${file:/etc/s2/kafka-client/%s}" $tls.clientSecret.privateKeyKey) -}}
{{- end -}}
{{- with .Values.schemaRegistry -}}
{{- if .existingSecret -}}
{{- if .tokenKey -}}
{{- $_ := set $kafka "bearer.auth.credentials.source" "STATIC_TOKEN" -}}
{{- $_ := set $kafka "bearer.auth.token" (printf "${file:/etc/s2/registry/%s}" .tokenKey) -}}
{{- else -}}
{{- $_ := set $kafka "basic.auth.credentials.source" "USER_INFO" -}}
{{- $_ := set $kafka "basic.auth.user.info" (printf "${file:/etc/s2/registry/%s}" .userInfoKey) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- toJson $kafka -}}
{{- end -}}

{{- define "s2-stream.jaas" -}}
{{- $sasl := .Values.kafka.sasl -}}
{{- if $sasl.usernameKey -}}
{{- $module := ternary "org.apache.kafka.common.security.plain.PlainLoginModule" "org.apache.kafka.common.security.scram.ScramLoginModule" (eq $sasl.mechanism "PLAIN") -}}
{{- printf "%s required username=\"${file:/etc/s2/kafka-sasl/%s}\" password=\"${file:/etc/s2/kafka-sasl/%s}\";" $module $sasl.usernameKey $sasl.passwordKey -}}
{{- else -}}
{{- printf "${file:/etc/s2/kafka-sasl/%s}" $sasl.jaasKey -}}
{{- end -}}
{{- end -}}

{{/* Takes (dict "root" $ "create" BOOL). */}}
{{- define "s2-stream.topics" -}}
{{- dict "create" .create "partitions" .root.Values.topics.partitions "replication-factor" .root.Values.topics.replicationFactor | toJson -}}
{{- end -}}

{{/*
Takes (dict "root" $ "create" BOOL). Prints JSON, which is YAML: Helm's toYaml writes whole numbers from 1000000 on as 1e+06, which
no service reads as a whole number.
*/}}
{{- define "s2-stream.ingestConfig" -}}
{{- $config := deepCopy .root.Values.ingest.config -}}
{{- $_ := set $config "shard" (dict "count" (max 1 (int .root.Values.ingest.replicas))) -}}
{{- if not (hasKey $config "keep-running") -}}
{{- $_ := set $config "keep-running" true -}}
{{- end -}}
{{- $kafka := include "s2-stream.kafka" .root | fromJson -}}
{{- $_ := set $config "kafka" (mergeOverwrite $kafka (default dict $config.kafka)) -}}
{{- $_ := set $config "topics" (include "s2-stream.topics" . | fromJson) -}}
{{- $_ := set $config "http" (include "s2-stream.http" .root | fromJson) -}}
{{- toPrettyJson $config -}}
{{- end -}}

{{/* As s2-stream.ingestConfig, without what ingest follows while it runs: what a change of needs new pods. */}}
{{- define "s2-stream.ingestRestartConfig" -}}
{{- omit (include "s2-stream.ingestConfig" . | fromJson) "streams" | toJson -}}
{{- end -}}

{{/* Probes and Prometheus come from outside the pod. */}}
{{- define "s2-stream.http" -}}
{{- dict "host" "0.0.0.0" "port" .Values.http.port | toJson -}}
{{- end -}}

{{- define "s2-stream.modelDir" -}}
{{- printf "/models/%s" .Values.processor.model.path | trimSuffix "/" -}}
{{- end -}}

{{/* As s2-stream.ingestConfig. */}}
{{- define "s2-stream.processorConfig" -}}
{{- $config := deepCopy .root.Values.processor.config -}}
{{- $kafka := include "s2-stream.kafka" .root | fromJson -}}
{{- $_ := set $config "kafka" (mergeOverwrite $kafka (default dict $config.kafka)) -}}
{{- $_ := set $config "topics" (include "s2-stream.topics" . | fromJson) -}}
{{- $_ := set $config "http" (include "s2-stream.http" .root | fromJson) -}}
{{- $gpu := .root.Values.processor.gpu -}}
{{- $tower := dict "model-dir" (include "s2-stream.modelDir" .root) "device" (ternary "gpu" "cpu" $gpu.enabled) -}}
{{- if and $gpu.enabled (gt (int $gpu.count) 1) -}}
{{- if contains "mig" $gpu.resourceName -}}
{{- fail "processor.gpu.count must be 1 with MIG slices: a process can use one only" -}}
{{- end -}}
{{- $devices := list -}}
{{- range $i := until (int $gpu.count) -}}
{{- $devices = append $devices (printf "gpu:%d" $i) -}}
{{- end -}}
{{- $_ := set $tower "devices" $devices -}}
{{- end -}}
{{- $_ := set $config "tower" (mergeOverwrite $tower (default dict $config.tower)) -}}
{{- toPrettyJson $config -}}
{{- end -}}

{{/* Names of topics and group are the processor's, unless the viewer has its own. */}}
{{- define "s2-stream.viewerConfig" -}}
{{- $config := deepCopy .Values.viewer.config -}}
{{- range $name := list "features-topic" "frames-topic" "dead-letter-topic" -}}
{{- if and (hasKey $.Values.processor.config $name) (not (hasKey $config $name)) -}}
{{- $_ := set $config $name (get $.Values.processor.config $name) -}}
{{- end -}}
{{- end -}}
{{- if and (hasKey .Values.processor.config "application-id") (not (hasKey $config "processor-group")) -}}
{{- $_ := set $config "processor-group" (get .Values.processor.config "application-id") -}}
{{- end -}}
{{- $secret := .Values.viewer.tokenSecret -}}
{{- $name := required "viewer.tokenSecret.name is required with viewer.enabled: the page can be reached from outside its pod" $secret.name -}}
{{- $web := dict "host" "0.0.0.0" "port" 8080 "token" (printf "${file:/etc/s2/viewer-token/%s}" $secret.key) -}}
{{- $_ := set $config "web" (mergeOverwrite (default dict $config.web) $web) -}}
{{- $kafka := include "s2-stream.kafka" . | fromJson -}}
{{- $_ := set $config "kafka" (mergeOverwrite $kafka (default dict $config.kafka)) -}}
{{- $_ := set $config "http" (include "s2-stream.http" . | fromJson) -}}
{{- toPrettyJson $config -}}
{{- end -}}
