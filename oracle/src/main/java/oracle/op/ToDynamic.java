package oracle.op;

import oracle.Build;
import oracle.Line;
import oracle.Operator;
import oracle.fn.Routes;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.processor.RecordContext;
import org.apache.kafka.streams.processor.TopicNameExtractor;

/** {@code x = to-dynamic s0 topic=F}. */
public final class ToDynamic implements Operator {
  /** An extractor that describe() shows as ours is shown. */
  private record Extractor(Routes.Route route) implements TopicNameExtractor<Object, Object> {
    @Override public String extract(Object key, Object value, RecordContext context) { return route.topic(key, value, context); }

    @Override public String toString() { return "extracted topic"; }
  }

  @Override public Object build(Build b, Line l) {
    KStream<Object, Object> s = b.in(l, 0);
    Produced<Object, Object> p = Produced.with(Build.key(l), Build.val(l));
    s.to(new Extractor(Routes.of(l.get("topic"))), l.has("name") ? p.withName(l.get("name")) : p);
    return null;
  }
}
