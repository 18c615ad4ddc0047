package oracle;

/** One operator: builds its line with the DSL and returns the handle that later lines name, or null. */
public interface Operator {
  Object build(Build b, Line l);
}
