"""What the doctor looks at, a module a part of the store; none of them changes anything."""
