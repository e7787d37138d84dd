"""The exercises: one module `lesson_N` for each lesson, one function for each exercise."""
