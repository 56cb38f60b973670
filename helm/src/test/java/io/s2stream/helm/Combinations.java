package io.s2stream.helm;

import java.util.List;

/**
 * Values, each on top of what every installation needs, that take another way through the chart.
 */
final class Combinations {
  private static final String EVERY_CONVENTION =
      """
      nameOverride: video
      commonLabels: {team: vision}
      imagePullSecrets: [{name: registry}]
      serviceAccount: {annotations: {eks.amazonaws.com/role-arn: "arn:aws:iam::1:role/s2"}}
      ingest: &all
        podAnnotations: {a: b}
        podLabels: {c: d}
        nodeSelector: {disk: fast}
        tolerations: [{key: dedicated, operator: Equal, value: video, effect: NoSchedule}]
        affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: zone, operator: In, values: [a]}]}]}}}
        topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway}]
        priorityClassName: high
        extraEnv: [{name: TZ, value: UTC}]
        extraEnvFrom: [{configMapRef: {name: more}}]
        extraVolumes: [{name: clips, emptyDir: {}}]
        extraVolumeMounts: [{name: clips, mountPath: /clips}]
        image: {digest: "sha256:0000000000000000000000000000000000000000000000000000000000000000"}
      processor: *all
      topics:
        job: &job
          podAnnotations: {a: b}
          podLabels: {c: d}
          nodeSelector: {kubernetes.io/arch: amd64}
          tolerations: [{key: dedicated, operator: Equal, value: video, effect: NoSchedule}]
          priorityClassName: high
          extraEnv: [{name: TZ, value: UTC}]
          extraEnvFrom: [{configMapRef: {name: more}}]
          extraVolumes: [{name: clips, emptyDir: {}}]
          extraVolumeMounts: [{name: clips, mountPath: /clips}]
      viewer:
        <<: *job
        enabled: true
        tokenSecret: {name: look}
      """;

  private static final String STRIMZI =
      """
      kafka:
        tls: {enabled: true, caSecret: {name: my-cluster-cluster-ca-cert}, clientSecret: {name: my-user}}
      schemaRegistry: {existingSecret: registry-user}
      topics: {mode: strimzi, replicationFactor: 3, strimzi: {cluster: my-cluster, namespace: kafka, config: {retention.ms: 3600000}}}
      processor: {autoscaling: {enabled: true}}
      """;

  static final List<String> ALL =
      List.of(
          "{}",
          EVERY_CONVENTION,
          STRIMZI,
          "{kafka: {sasl: {mechanism: SCRAM-SHA-512, existingSecret: my-user}}}",
          """
          kafka: {tls: {enabled: true}, sasl: {mechanism: PLAIN, existingSecret: api, usernameKey: key, passwordKey: secret}}
          schemaRegistry: {existingSecret: registry, tokenKey: token}
          processor: {autoscaling: {enabled: true}}
          """,
          "{processor: {autoscaling: {enabled: true, triggerAuthentication: mine}}}",
          "{processor: {gpu: {enabled: false}}, topics: {mode: services}}",
          "{processor: {gpu: {resourceName: nvidia.com/mig-1g.10gb, runtimeClassName: nvidia, toleration: false}}}",
          "{processor: {model: {source: image, image: {reference: \"models/vit@sha256:1\"}}}}",
          "{processor: {model: {source: hub, path: vit, hub: {image: hf, repository: a/b, revision: abc, tokenSecret: hub}}}}",
          """
          processor: {model: {source: download, download: {image: rclone, command: [rclone, copy, "s3:m", /models], envFrom: [{secretRef: {name: s3}}]}}}
          """,
          "{processor: {gpu: {count: 4}}, ingest: {replicas: 0}, log: {format: text}}",
          "{ingest: {enabled: false}, topics: {mode: none}}",
          "{processor: {enabled: false}}",
          "{ingest: {replicas: 3, existingConfig: {name: mine}}, processor: {existingConfig: {name: own, kind: secret, key: p}}}",
          "{ingest: {camerasSecret: cameras}}",
          "{viewer: {enabled: true, existingConfig: {name: mine}}}",
          "{networkPolicy: {enabled: true}}",
          "{networkPolicy: {enabled: true, egress: [{ports: [{port: 9092}]}]}, ingest: {pdb: {enabled: false}}}",
          "{podMonitor: {enabled: true, labels: {release: prom}}, prometheusRule: {enabled: true}, dashboards: {enabled: true, annotations: {folder: s2}}}",
          "{serviceMonitor: {enabled: true}, networkPolicy: {enabled: true, httpFrom: [{namespaceSelector: {}}]}, probes: {startupSeconds: 61}}",
          """
          viewer: {enabled: true, tokenSecret: {name: look}, config: {fps: 1, web: {max-browsers: 4}}, service: {annotations: {a: b}}}
          networkPolicy: {enabled: true}
          kafka: {tls: {enabled: true, caSecret: {name: ca}}}
          """,
          "{serviceAccount: {create: false, name: own}, fullnameOverride: s2}");

  private Combinations() {}
}
